import { describe, expect, it, onTestFinished } from 'vitest'
import { databases, type TestDatabase } from '../../../test/support/databases.ts'
import { listEvents } from '../../audit/audit-store.ts'
import type { Session } from '../../sessions/session.ts'
import { findSession, listSessionsOfAccount, startSession } from '../../sessions/session-store.ts'
import { openDatabase } from '../../storage/database.ts'
import { migrate } from '../../storage/migrate.ts'
import { commandLine } from '../rights/actor.ts'
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

  it('ends all there are, in batches, whatever their ids look like', async () => {
    const { opened, endSessions } = await aDatabase()
    // As ids of sessions of our own, and of those that were taken over: their order differs between languages.
    const ids = Array.from({ length: 1_100 }, (_, index) =>
      index % 2 === 0 ? index.toString(16).padStart(32, '0') : `${'aBzZ-_09'[index % 8]}x${index}`,
    )
    await opened.inTransaction(async (tx) => {
      for (const [index, id] of ids.entries()) await startSession(tx, aSession(id, { accountId: 1 + (index % 3) }))
      await startSession(tx, aSession('over', { endedAt: NOW - 1, endReason: 'logout' }))
    })
    expect(await endSessions.everywhere()).toBe(1_100)
    expect(await endSessions.everywhere()).toBe(0)
    for (const accountId of [1, 2, 3]) expect(await listSessionsOfAccount(opened.read, accountId)).toEqual([])
    const { events } = await listEvents(opened.read, { event: 'session.ended', limit: 2_000 })
    expect(new Set(events.map((event) => event.sessionId))).toEqual(new Set(ids))
    expect((await findSession(opened.read, 'over'))?.endReason).toBe('logout')
  })

  it('has one winner of sixteen who end the same session', async () => {
    const { opened, endSessions } = await aDatabase()
    await opened.inTransaction((tx) => startSession(tx, aSession('one')))
    const outcomes = await Promise.all(Array.from({ length: 16 }, () => endSessions.one('one', commandLine)))
    expect(outcomes.filter((isEnded) => isEnded)).toHaveLength(1)
    expect(outcomes.filter((isEnded) => !isEnded)).toHaveLength(15)
    const { events } = await listEvents(opened.read, { event: 'session.ended', limit: 20 })
    expect(events).toHaveLength(1)
  })
})
