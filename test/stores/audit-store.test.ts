import fc from 'fast-check'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest'
import { type AuditEntry, maxAuditTextLength, pruneEvents, recordEvent } from '../../src/audit/audit-store.ts'
import { auditEvents } from '../../src/audit/event-meanings.ts'
import { listEvents } from '../../src/audit/event-search-store.ts'
import type { AuditOrigin } from '../../src/audit/events.ts'
import type { Database } from '../../src/storage/database.ts'
import { anyCharacter } from '../support/any-character.ts'
import { databases } from '../support/databases.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../support/migrated-database.ts'

const NOW = 1_900_000_000_000
const HOUR = 3_600_000

const origin: AuditOrigin = { actor: { accountId: 7 }, address: '192.0.2.1', userAgent: 'curl/8' }

describe.each(databases)('the audit log on $name', (kind) => {
  let place: MigratedDatabase
  let database: Database

  beforeEach(async () => {
    place = await createMigratedDatabase(kind, NOW)
    database = place.open()
  })
  afterEach(() => place.drop())

  /** One event each at NOW, NOW + 1, … for alternating accounts and kinds. */
  async function recordMany(count: number): Promise<void> {
    await database.inTransaction(async (tx) => {
      for (let n = 0; n < count; n++) {
        const accountId = 1 + (n % 3)
        if (n % 2 === 0) await recordEvent(tx, NOW + n, 'password.changed', { accountId, origin })
        else await recordEvent(tx, NOW + n, 'account.activated', { accountId, origin })
      }
    })
  }

  it('keeps every part of an event', async () => {
    await database.inTransaction((tx) =>
      recordEvent(tx, NOW, 'session.ended', { accountId: 3, sessionId: 's', reason: 'administrator', origin }),
    )
    const { events, nextBeforeId } = await listEvents(database.read, { limit: 10 })
    expect(nextBeforeId).toBeUndefined()
    expect(events).toEqual([
      {
        id: expect.any(Number),
        at: NOW,
        event: 'session.ended',
        accountId: 3,
        sessionId: 's',
        origin,
        facts: { reason: 'administrator' },
      },
    ])
  })

  it.each(['anonymous', 'command_line', 'server'] as const)('knows %s as the actor', async (actor) => {
    const entry = { accountId: undefined, reason: 'unknown_account', origin: { ...origin, actor } } as const
    await database.inTransaction((tx) => recordEvent(tx, NOW, 'login.failed', entry))
    const [event] = (await listEvents(database.read, { limit: 1 })).events
    expect(event).toMatchObject({ accountId: undefined, sessionId: undefined, origin: { actor } })
  })

  it('has nothing of a change that was rolled back', async () => {
    const change = database.inTransaction(async (tx) => {
      await recordEvent(tx, NOW, 'account.deleted', { accountId: 3, uid: '3', origin })
      throw new Error('on purpose')
    })
    await expect(change).rejects.toThrow('on purpose')
    expect((await listEvents(database.read, { limit: 10 })).events).toEqual([])
  })

  it('returns every matching event once, newest first, whatever the size of a page', async () => {
    await recordMany(40)
    const all = (await listEvents(database.read, { limit: 100 })).events
    expect(all.map(({ at }) => at)).toEqual(Array.from({ length: 40 }, (_, n) => NOW + 39 - n))
    const query = fc.record({
      accountId: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
      event: fc.option(fc.constantFrom('password.changed', 'account.activated', 'login.failed'), { nil: undefined }),
      since: fc.option(fc.integer({ min: NOW - 5, max: NOW + 45 }), { nil: undefined }),
      limit: fc.integer({ min: 1, max: 45 }),
    })
    await fc.assert(
      fc.asyncProperty(query, async ({ limit, ...wanted }) => {
        const listed = []
        let beforeId: number | undefined
        do {
          const page = await listEvents(database.read, { ...wanted, limit, beforeId })
          expect(page.events.length).toBeLessThanOrEqual(limit)
          listed.push(...page.events)
          beforeId = page.nextBeforeId
        } while (beforeId !== undefined)
        const { accountId, event, since } = wanted
        const matching = all.filter(
          (one) =>
            (accountId === undefined || one.accountId === accountId) &&
            (event === undefined || one.event === event) &&
            (since === undefined || one.at >= since),
        )
        expect(listed).toEqual(matching)
      }),
      { numRuns: 40 },
    )
  })

  it('reads no further back than requested', async () => {
    await database.inTransaction(async (tx) => {
      for (const hours of [0, 1, 2, 3]) {
        await recordEvent(tx, NOW + hours * HOUR, 'account.created', { accountId: 1, origin })
      }
    })
    const page = await listEvents(database.read, { since: NOW + 3 * HOUR, limit: 2 })
    expect(page.events).toHaveLength(1)
    expect(page.nextBeforeId).toBeUndefined()
  })

  it('examines a limited number of events for one page, and finds a rare one on a later page', async () => {
    const insert = (event: string, count: number) =>
      database.inTransaction((tx) =>
        sql`insert into audit_events (at, event, account_id, actor, address, user_agent, facts)
          with recursive n(i) as (select 1 union all select i + 1 from n where i < ${count})
          select ${NOW}, ${event}, 7, 'server', '', '', '{}' from n`.execute(tx),
      )
    await insert('password.changed', 1)
    await insert('login.succeeded', 25_000)
    const pages: number[] = []
    let beforeId: number | undefined
    do {
      const page = await listEvents(database.read, { accountId: 7, event: 'password.changed', beforeId, limit: 10 })
      pages.push(page.events.length)
      beforeId = page.nextBeforeId
    } while (beforeId !== undefined)
    expect(pages).toEqual([0, 0, 1])
  })

  it('deletes old events in batches, the oldest first', async () => {
    await recordMany(10)
    const prune = () => database.inTransaction((tx) => pruneEvents(tx, NOW + 5, 3))
    expect([await prune(), await prune(), await prune()]).toEqual([3, 2, 0])
    expect((await listEvents(database.read, { limit: 100 })).events.map(({ at }) => at - NOW)).toEqual([9, 8, 7, 6, 5])
  })

  it('keeps any user agent, shortened and harmless', async () => {
    const anyText = fc.string({ unit: anyCharacter, maxLength: 2_000 })
    const loneSurrogate = fc.constantFrom('\0', '\ud800', '\udc00', '\u202e', '\u001b[2J', '\u0085', '\u{1f600}')
    const userAgents = fc.oneof(
      anyText,
      fc.array(loneSurrogate, { maxLength: 600 }).map((parts) => parts.join('')),
    )
    await fc.assert(
      fc.asyncProperty(userAgents, async (userAgent) => {
        await database.inTransaction((tx) =>
          recordEvent(tx, NOW, 'account.created', { accountId: 1, origin: { ...origin, userAgent } }),
        )
        const [event] = (await listEvents(database.read, { limit: 1 })).events
        const kept = event?.origin.userAgent ?? 'none'
        expect(kept.length).toBeLessThanOrEqual(maxAuditTextLength)
        expect(kept).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
      }),
      { numRuns: 40 },
    )
  })

  it('keeps an ordinary user agent unchanged', async () => {
    const userAgent = 'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0 “ü”'
    await database.inTransaction((tx) =>
      recordEvent(tx, NOW, 'account.created', { accountId: 1, origin: { ...origin, userAgent } }),
    )
    expect((await listEvents(database.read, { limit: 1 })).events[0]?.origin.userAgent).toBe(userAgent)
  })
})

describe('the list of events', () => {
  it('lets no event be recorded with fields that are not its own', () => {
    type Entry = AuditEntry<'session.ended'>
    expectTypeOf<{ accountId: number; sessionId: string; reason: 'logout'; origin: AuditOrigin }>().toExtend<Entry>()
    expectTypeOf<{ accountId: number; sessionId: string; reason: 'bored'; origin: AuditOrigin }>().not.toExtend<Entry>()
    expectTypeOf<{ accountId: number; reason: 'logout'; origin: AuditOrigin }>().not.toExtend<Entry>()
    expectTypeOf<{ accountId: number; sessionId: string; reason: 'logout' }>().not.toExtend<Entry>()
  })

  it('has a sentence for every event that says what it means', () => {
    for (const { meaning, facts } of Object.values(auditEvents)) {
      expect(meaning).toMatch(/^[A-Z].+\.$/)
      for (const description of Object.values(facts)) expect(description).not.toBe('')
    }
  })
})
