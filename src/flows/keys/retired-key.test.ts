import { describe, expect, it, onTestFinished } from 'vitest'
import { blankAccount } from '../../../test/support/blank-account.ts'
import { databases, type TestDatabase } from '../../../test/support/databases.ts'
import { createAccount } from '../../accounts/account-store.ts'
import { listEvents } from '../../audit/event-search-store.ts'
import { hasMarks } from '../../sessions/end-many-store.ts'
import { type KeyKids, markSessionsOfKey } from '../../sessions/retired-key-store.ts'
import { type Session, type SessionEndReason, spentSession } from '../../sessions/session.ts'
import { searchSessions } from '../../sessions/session-search-store.ts'
import { findSession, startSession } from '../../sessions/session-store.ts'
import { findTokenHolder } from '../../sessions/token-holder-store.ts'
import { openDatabase } from '../../storage/database.ts'
import { migrate } from '../../storage/migrate.ts'
import { auditOriginOf, commandLine } from '../rights/actor.ts'
import { followAndRecord } from '../sessions/end-session.ts'
import { createEndSessions } from '../sessions/end-sessions.ts'
import { countEndedSessions } from './count-ended-sessions.ts'

const NOW = 1_900_000_000_000
const leaked: KeyKids = { kid: 'leaked', refreshKid: 'leaked.r' }
const other: KeyKids = { kid: 'other', refreshKid: 'other.r' }

function aSession(id: string, refreshKid: string | undefined, facts: Partial<Session> = {}): Session {
  const running = { endedAt: undefined, endReason: undefined }
  return { ...spentSession({ id, accountId: 1, until: NOW + 60_000 }, 'logout', NOW), ...running, refreshKid, ...facts }
}

describe.each(databases)('sessions of a retired key on $name', (database: TestDatabase) => {
  /** 2,500 sessions of two keys in turn, and one that has no key. */
  async function aDatabase() {
    const { url, drop } = await database.create()
    const opened = openDatabase(url)
    onTestFinished(async () => {
      await opened.close()
      await drop()
    })
    await migrate(opened, NOW)
    const idsOf = ({ kid }: KeyKids) => Array.from({ length: 1_250 }, (_, index) => `${index}-${kid}`)
    await opened.inTransaction(async (tx) => {
      await createAccount(tx, { ...blankAccount, username: 'ann' }, 'folded', NOW)
      for (const key of [leaked, other]) {
        for (const [index, id] of idsOf(key).entries()) {
          await startSession(tx, aSession(id, index === 0 ? key.kid : key.refreshKid))
        }
      }
      await startSession(tx, aSession('without', undefined))
      await startSession(tx, aSession('over', leaked.refreshKid, { endedAt: NOW - 1, endReason: 'logout' }))
    })
    const retire = (key: KeyKids, now = NOW) =>
      opened.inTransaction((tx) => markSessionsOfKey(tx, key, auditOriginOf(commandLine), now))
    const unended = async () => {
      const { sessions } = await searchSessions(opened.read, { filter: { state: 'unended' }, limit: 3_000 })
      return sessions.map(({ id }) => id).filter((id) => !id.endsWith(other.kid))
    }
    const follow = (now = NOW) => opened.inTransaction((tx) => followAndRecord(tx, 64, now))
    const followAll = async (now: number) => {
      while (await hasMarks(opened.read, now)) await follow(now)
    }
    const marks = () => opened.read.selectFrom('retired_key_marks').select('kid').execute()
    const ended = async () => (await listEvents(opened.read, { event: 'session.ended', limit: 5_000 })).events
    const endSessions = createEndSessions({ database: opened, clock: { now: () => NOW + 1 } })
    return { opened, idsOf, retire, unended, follow, followAll, marks, ended, endSessions }
  }

  it('end at once by one mark, and their rows follow in batches, each with its event', async () => {
    const { opened, idsOf, retire, unended, follow, ended, endSessions } = await aDatabase()
    await retire(leaked)
    expect(await unended()).toEqual(['without'])
    expect(await countEndedSessions(opened, { ...leaked, at: NOW })).toBe(1_250)
    const sessionId = idsOf(leaked)[7] ?? ''
    const end = { endedAt: NOW, endReason: 'key_retired' }
    expect(await findSession(opened.read, sessionId)).toMatchObject(end)
    expect((await findTokenHolder(opened.read, { uid: 'x', sessionId })).session).toMatchObject(end)
    expect(await endSessions.one(sessionId, commandLine)).toBe(false)
    expect(await ended()).toEqual([])

    const batches = []
    while (await hasMarks(opened.read, NOW)) batches.push(await follow())
    expect(Math.max(...batches)).toBeLessThanOrEqual(64)
    const events = await ended()
    expect(events).toHaveLength(1_250)
    expect(new Set(events.map((event) => event.sessionId))).toEqual(new Set(idsOf(leaked)))
    expect(events[0]).toMatchObject({ facts: { reason: 'key_retired' }, origin: { actor: 'command_line' } })
    expect(await unended()).toEqual(['without'])
    expect(await countEndedSessions(opened, { ...leaked, at: NOW })).toBe(1_250)
    expect(await findSession(opened.read, 'over')).toMatchObject({ endReason: 'logout' })
    expect(await findSession(opened.read, idsOf(other)[3] ?? '')).toMatchObject({ endedAt: undefined })
  })

  it('keep the first reason if the sessions of their account or of all accounts end too', async () => {
    const { opened, idsOf, retire, followAll, ended, endSessions } = await aDatabase()
    await retire(leaked)
    expect(await endSessions.ofAccount(1, commandLine)).toBe(1_251)
    expect(await endSessions.everywhere()).toBe(0)
    await retire(other, NOW + 2)
    expect(await countEndedSessions(opened, { ...other, at: NOW + 2 })).toBe(0)
    await followAll(NOW)
    const reasonOf = async (id = '') => (await findSession(opened.read, id))?.endReason
    expect(await reasonOf(idsOf(leaked)[9])).toBe('key_retired')
    expect(await reasonOf(idsOf(other)[9])).toBe('administrator')
    const events = await ended()
    expect(events).toHaveLength(2_501)
    expect(new Set(events.map(({ sessionId }) => sessionId)).size).toBe(2_501)
  })

  it('end too if a process starts or refreshes them before it has read the keys again', async () => {
    const { opened, idsOf, retire, unended, followAll, marks, ended } = await aDatabase()
    await retire(leaked)
    await followAll(NOW + 1_000)
    expect(await ended()).toHaveLength(1_250)
    const at = NOW + 3_000
    const refreshed = idsOf(other)[4] ?? ''
    await opened.inTransaction(async (tx) => {
      await startSession(tx, aSession('!late', leaked.refreshKid, { createdAt: at, refreshedAt: at }))
      const change = { refresh_kid: leaked.kid, refreshed_at: at + 1 }
      await tx.updateTable('sessions').set(change).where('id', '=', refreshed).execute()
    })
    const expectEnded = async () => {
      expect(await unended()).toEqual(['without'])
      const filter = { endReason: 'key_retired' as const, startedFrom: at }
      expect((await searchSessions(opened.read, { filter, limit: 10 })).sessions).toMatchObject([
        { id: '!late', endedAt: at, endReason: 'key_retired' },
      ])
      expect(await findSession(opened.read, refreshed)).toMatchObject({ endedAt: at + 1, endReason: 'key_retired' })
      expect(await countEndedSessions(opened, { ...leaked, at: NOW })).toBe(1_252)
    }
    await expectEnded()
    expect(await hasMarks(opened.read, NOW + 59_999)).toBe(false)
    expect(await marks()).toEqual([{ kid: 'leaked' }])

    await followAll(NOW + 60_000)
    expect(await marks()).toEqual([])
    await expectEnded()
    const late = (await ended()).slice(0, 2).map(({ sessionId }) => sessionId)
    expect(new Set(late)).toEqual(new Set(['!late', refreshed]))
    expect(await ended()).toHaveLength(1_252)
  })

  it('are found by the reason that they show, also if all sessions end in the same millisecond', async () => {
    const { opened, retire, followAll } = await aDatabase()
    const endSessions = createEndSessions({ database: opened, clock: { now: () => NOW } })
    await endSessions.everywhere()
    await retire(leaked)
    const found = async (endReason: SessionEndReason) => {
      const { sessions } = await searchSessions(opened.read, { filter: { endReason }, limit: 3_000 })
      expect(sessions.every((session) => session.endReason === endReason)).toBe(true)
      return sessions.length
    }
    const counts = async () => [await found('administrator'), await found('key_retired')]
    const before = await counts()
    expect(before[0]).toBeGreaterThan(1_000)
    await followAll(NOW)
    expect(await counts()).toEqual(before)
  })

  it('are examined once if no server was running when the key was retired', async () => {
    const { retire, follow, marks, ended } = await aDatabase()
    await retire(leaked)
    const later = NOW + 3_600_000
    for (let batch = 0; batch < 40; batch++) await follow(later)
    expect(await ended()).toHaveLength(1_250)
    expect(await marks()).toEqual([])
  })
})
