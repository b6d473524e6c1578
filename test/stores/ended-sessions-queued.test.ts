import { describe, expect, it, onTestFinished } from 'vitest'
import { createAccount } from '../../src/accounts/account-store.ts'
import { watchingEvents } from '../../src/audit/committed-events.ts'
import { listEvents } from '../../src/audit/event-search-store.ts'
import { followAndRecord } from '../../src/flows/sessions/end-session.ts'
import { createEndSessions } from '../../src/flows/sessions/end-sessions.ts'
import { queueEventsForWebhooks } from '../../src/flows/webhooks/queue-events.ts'
import { hasMarks } from '../../src/sessions/end-many-store.ts'
import { spentSession } from '../../src/sessions/session.ts'
import { startSession } from '../../src/sessions/session-store.ts'
import { createWebhook } from '../../src/webhooks/webhook-store.ts'
import { blankAccount } from '../support/blank-account.ts'
import { databases } from '../support/databases.ts'
import { createMigratedDatabase } from '../support/migrated-database.ts'
import { statementsOf } from '../support/recorded-statements.ts'

const NOW = 1_900_000_000_000
const MANY = 200

describe.each(databases)('very many sessions that end while a webhook wants to know, on $name', (kind) => {
  it('are queued a batch at a time, with the body that each would have alone', async () => {
    const place = await createMigratedDatabase(kind, NOW)
    onTestFinished(() => place.drop())
    const database = watchingEvents(place.open(), { awaited: queueEventsForWebhooks, committed: () => {} })
    await database.inTransaction(async (tx) => {
      for (const id of ['one', 'two']) {
        const facts = { url: `https://${id}.example.com/`, description: '', sealedSecret: 'sealed' }
        await createWebhook(tx, { id, ...facts, events: ['session.ended'] }, NOW)
      }
      const ids: number[] = []
      for (const username of ['ann', 'bob']) {
        ids.push((await createAccount(tx, { ...blankAccount, username }, 'folded', NOW))?.id ?? expect.fail())
      }
      for (let nth = 0; nth < MANY; nth++) {
        const of = { id: `session-${nth}`, accountId: ids[nth % 2] ?? 0, until: NOW + 60_000 }
        await startSession(tx, { ...spentSession(of, 'logout', NOW), endedAt: undefined, endReason: undefined })
      }
    })
    const clock = { now: () => NOW + 1 }
    expect(await createEndSessions({ database, clock }).everywhere()).toBe(MANY)

    const follow = (limit: number) => database.inTransaction((tx) => followAndRecord(tx, limit, NOW + 2))
    const [few, many] = [await statementsOf(database, () => follow(4)), await statementsOf(database, () => follow(96))]
    expect(many).toHaveLength(few.length)
    await follow(MANY)
    expect(await hasMarks(database.read, NOW + 2)).toBe(false)

    const { events } = await listEvents(database.read, { event: 'session.ended', limit: 2 * MANY })
    expect(events).toHaveLength(MANY)
    const queued = await database.read
      .selectFrom('webhook_deliveries')
      .selectAll()
      .orderBy('endpoint_id')
      .orderBy('event_id')
      .execute()
    const bodies = events.toReversed().map(({ id, accountId, sessionId }) => ({
      type: 'session.ended',
      timestamp: new Date(NOW + 2).toISOString(),
      data: {
        event_id: id,
        account_id: accountId,
        account_uid: String(accountId),
        session_id: sessionId,
        actor: { type: 'command_line' },
        facts: { reason: 'administrator' },
      },
    }))
    expect(queued.map(({ payload }) => JSON.parse(payload))).toEqual([...bodies, ...bodies])
    expect(queued.every((row) => row.queued_at === NOW + 2 && row.next_attempt_at === NOW + 2)).toBe(true)
  })
})
