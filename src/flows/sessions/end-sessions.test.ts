import { describe, expect, it, onTestFinished } from 'vitest'
import { blankAccount } from '../../../test/support/blank-account.ts'
import { databases, type TestDatabase } from '../../../test/support/databases.ts'
import { createAccount, findAccount } from '../../accounts/account-store.ts'
import { listEvents } from '../../audit/event-search-store.ts'
import { hasMarks } from '../../sessions/end-many-store.ts'
import { endExcessSessions } from '../../sessions/excess-session-store.ts'
import { beginSession, type Session } from '../../sessions/session.ts'
import { searchSessions } from '../../sessions/session-search-store.ts'
import { findSession, startSession } from '../../sessions/session-store.ts'
import { openDatabase } from '../../storage/database.ts'
import { migrate } from '../../storage/migrate.ts'
import { adoptedSessionId } from '../../tokens/refresh-rotation.ts'
import { importSpentTokens } from '../import/import-spent-tokens.ts'
import { auditOriginOf, commandLine, type Owner } from '../rights/actor.ts'
import { followAndRecord } from './end-session.ts'
import { createEndSessions } from './end-sessions.ts'

const NOW = 1_900_000_000_000

function aSession(id: string, facts: Partial<Session> = {}): Session {
  return {
    id,
    accountId: 1,
    createdAt: NOW,
    expiresAt: undefined,
    refreshSeed: 'seed',
    refreshGeneration: 0,
    refreshedAt: NOW,
    refreshExpiresAt: NOW + 60_000,
    refreshKid: undefined,
    endedAt: undefined,
    endReason: undefined,
    address: '',
    userAgent: '',
    amr: [],
    provenAt: 0,
    ...facts,
  }
}

describe.each(databases)('ending sessions on $name', (database: TestDatabase) => {
  async function aDatabase() {
    const { url, drop } = await database.create()
    const opened = openDatabase(url)
    onTestFinished(async () => {
      await opened.close()
      await drop()
    })
    await migrate(opened, NOW)
    return { opened, endSessions: createEndSessions({ database: opened, clock: { now: () => NOW } }) }
  }

  it('ends those of all accounts at once, and their rows in batches, whatever their ids look like', async () => {
    const { opened, endSessions } = await aDatabase()
    // Like ids of our own sessions, and of adopted ones: their order differs between languages.
    const ids = Array.from({ length: 1_100 }, (_, index) =>
      index % 2 === 0 ? index.toString(16).padStart(32, '0') : `${'aBzZ-_09'[index % 8]}x${index}`,
    )
    await opened.inTransaction(async (tx) => {
      for (const [index, id] of ids.entries()) await startSession(tx, aSession(id, { accountId: 1 + (index % 3) }))
      await startSession(tx, aSession('over', { endedAt: NOW - 1, endReason: 'logout' }))
    })
    expect(await endSessions.everywhere()).toBe(1_100)
    expect(await endSessions.everywhere()).toBe(0)
    const unended = async () => {
      const { sessions } = await searchSessions(opened.read, { filter: { state: 'unended' }, limit: 10 })
      return sessions.map(({ id }) => id)
    }
    expect(await unended()).toEqual([])
    const filter = { endReason: 'administrator', accountId: 2 } as const
    expect((await searchSessions(opened.read, { filter, limit: 500 })).sessions).toHaveLength(367)
    expect(await findSession(opened.read, ids[0] ?? '')).toMatchObject({ endedAt: NOW, endReason: 'administrator' })
    expect(await endSessions.one(ids[0] ?? '', commandLine)).toBe(false)
    expect((await listEvents(opened.read, { event: 'session.ended', limit: 1 })).events).toEqual([])

    await opened.inTransaction((tx) => startSession(tx, aSession('0-new', { createdAt: NOW - 5_000 })))
    expect(await unended()).toEqual(['0-new'])
    const batches = []
    while (await hasMarks(opened.read, NOW)) {
      batches.push(await opened.inTransaction((tx) => followAndRecord(tx, 64, NOW)))
    }
    expect(Math.max(...batches)).toBeLessThanOrEqual(64)
    expect(await unended()).toEqual(['0-new'])
    const { events } = await listEvents(opened.read, { event: 'session.ended', limit: 2_000 })
    expect(new Set(events.map((event) => event.sessionId))).toEqual(new Set(ids))
    expect((await findSession(opened.read, 'over'))?.endReason).toBe('logout')
  })

  it('keeps the first reason if an import brings another one before the row is updated', async () => {
    const { opened, endSessions } = await aDatabase()
    const id = adoptedSessionId('of-the-former-server')
    await opened.inTransaction((tx) => startSession(tx, aSession(id)))
    await endSessions.everywhere()
    const spent = [{ jti: 'of-the-former-server', accountKey: undefined, expiresAt: NOW + 60_000 }]
    const origin = auditOriginOf(commandLine)
    await opened.inTransaction((tx) => importSpentTokens(tx, 'django', spent, origin, NOW + 1))
    while (await hasMarks(opened.read, NOW)) await opened.inTransaction((tx) => followAndRecord(tx, 64, NOW + 2))
    const { events } = await listEvents(opened.read, { event: 'session.ended', limit: 10 })
    expect(events).toMatchObject([{ sessionId: id, facts: { reason: 'administrator' } }])
    expect(await findSession(opened.read, id)).toMatchObject({ endReason: 'administrator' })
  })

  const owner = (sessionId: string) =>
    ({
      kind: 'owner',
      caller: { account: { id: 1 }, sessionId },
      origin: { address: '192.0.2.7', userAgent: 'browser' },
    }) as Owner

  /** 300 sessions, of which the first ones started first. More than one decision ends row by row. */
  async function aBusyAccount() {
    const { opened, endSessions } = await aDatabase()
    const ids = Array.from({ length: 300 }, (_, index) => `s${String(index).padStart(3, '0')}`)
    await opened.inTransaction(async (tx) => {
      for (const username of ['ann', 'bob']) await createAccount(tx, { ...blankAccount, username }, 'folded', NOW)
      for (const [index, id] of ids.entries()) await startSession(tx, aSession(id, { createdAt: NOW - 1_000 + index }))
      await startSession(tx, aSession('of-bob', { accountId: 2 }))
    })
    const unended = async () => {
      const { sessions } = await searchSessions(opened.read, { filter: { state: 'unended' }, limit: 500 })
      return sessions.map(({ id }) => id).sort()
    }
    const follow = () => opened.inTransaction((tx) => followAndRecord(tx, 64, NOW))
    const ended = async () => (await listEvents(opened.read, { event: 'session.ended', limit: 2_000 })).events
    return { opened, endSessions, unended, follow, ended }
  }

  it('ends very many of one account at once by a mark, and their rows follow in batches', async () => {
    const { opened, endSessions, unended, follow, ended } = await aBusyAccount()
    expect(await endSessions.others(owner('s007'))).toBe(299)
    expect(await unended()).toEqual(['of-bob', 's007'])
    expect((await ended()).length).toBeLessThan(299)
    expect(await findSession(opened.read, 's000')).toMatchObject({ endedAt: NOW, endReason: 'logged_out_elsewhere' })
    expect(await endSessions.one('s000', commandLine)).toBe(false)
    expect(await endSessions.others(owner('s007'))).toBe(0)

    const batches = []
    while (await hasMarks(opened.read, NOW)) batches.push(await follow())
    expect(Math.max(...batches)).toBeLessThanOrEqual(64)
    const events = await ended()
    expect(new Set(events.map(({ sessionId }) => sessionId)).size).toBe(299)
    expect(events).toHaveLength(299)
    expect(events[0]).toMatchObject({ origin: { actor: { accountId: 1 }, address: '192.0.2.7' } })
    expect(await unended()).toEqual(['of-bob', 's007'])
    expect(await follow()).toBe(0)
  })

  it('ends the kept one too by a later mark, which changes no earlier reason', async () => {
    const { opened, endSessions, unended, follow, ended } = await aBusyAccount()
    await endSessions.others(owner('s007'))
    await opened.inTransaction(async (tx) => {
      for (let index = 0; index < 150; index++)
        await startSession(tx, aSession(`n${index}`, { createdAt: NOW + 1 + index }))
    })
    expect(await endSessions.ofAccount(1, commandLine)).toBe(151)
    expect(await unended()).toEqual(['of-bob'])
    while (await hasMarks(opened.read, NOW)) await follow()
    expect(await ended()).toHaveLength(450)
    expect(await unended()).toEqual(['of-bob'])
  })

  it('keeps the first reason, if those of the account and of all accounts end', async () => {
    const { opened, endSessions, unended, ended } = await aBusyAccount()
    await endSessions.others(owner('s007'))
    expect(await endSessions.everywhere()).toBe(2)
    expect(await endSessions.ofAccount(1, commandLine)).toBe(0)
    expect(await findSession(opened.read, 's000')).toMatchObject({ endReason: 'logged_out_elsewhere' })
    expect(await findSession(opened.read, 's007')).toMatchObject({ endReason: 'administrator' })
    await opened.inTransaction(async (tx) => {
      for (let index = 0; index < 150; index++) await startSession(tx, aSession(`n${index}`, { createdAt: NOW + 1 }))
    })
    expect(await endSessions.ofAccount(1, commandLine)).toBe(150)
    while (await hasMarks(opened.read, NOW)) await opened.inTransaction((tx) => followAndRecord(tx, 64, NOW))
    const events = await ended()
    expect(events).toHaveLength(451)
    expect(new Set(events.map(({ sessionId }) => sessionId)).size).toBe(451)
    expect(await findSession(opened.read, 'of-bob')).toMatchObject({ endReason: 'administrator' })
    expect(await unended()).toEqual([])
  })

  it('starts a session after the mark, whatever the clock of its process says', async () => {
    const { opened, endSessions, unended } = await aBusyAccount()
    await endSessions.others(owner('s007'))
    const account = (await findAccount(opened.read, 1)) ?? expect.fail()
    const first = { id: 'new', refreshSeed: 'seed', refreshKid: undefined, address: '', userAgent: '', amr: [] }
    const lifetimes = { sessionLifetimeMs: undefined, refreshTokenLifetimeMs: 60_000 }
    const session = beginSession(account, first, lifetimes, NOW - 30_000)
    await opened.inTransaction((tx) => startSession(tx, session))
    expect(await unended()).toEqual(['new', 'of-bob', 's007'])
  })

  it('leaves one of two sessions that end all others at the same moment', async () => {
    const { endSessions, unended } = await aBusyAccount()
    const outcomes = await Promise.allSettled(['s001', 's299'].map((id) => endSessions.others(owner(id))))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await unended()).toHaveLength(2)
  })

  it('does not count a session that a mark has ended towards the limit', async () => {
    const { opened, endSessions, unended } = await aBusyAccount()
    await endSessions.others(owner('s007'))
    await opened.inTransaction(async (tx) => {
      await startSession(tx, aSession('new', { createdAt: NOW + 1, refreshedAt: NOW + 1 }))
      expect(await endExcessSessions(tx, 1, 2, NOW)).toEqual([])
      expect(await endExcessSessions(tx, 1, 1, NOW)).toEqual(['s007'])
    })
    expect(await unended()).toEqual(['new', 'of-bob'])
  })

  it('has one winner of sixteen that end the same session', async () => {
    const { opened, endSessions } = await aDatabase()
    await opened.inTransaction((tx) => startSession(tx, aSession('one')))
    const outcomes = await Promise.all(Array.from({ length: 16 }, () => endSessions.one('one', commandLine)))
    expect(outcomes.filter((isEnded) => isEnded)).toHaveLength(1)
    expect(outcomes.filter((isEnded) => !isEnded)).toHaveLength(15)
    const { events } = await listEvents(opened.read, { event: 'session.ended', limit: 20 })
    expect(events).toHaveLength(1)
  })
})
