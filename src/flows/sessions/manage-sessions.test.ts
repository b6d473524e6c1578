import { describe, expect, it, onTestFinished } from 'vitest'
import { databases, type TestDatabase } from '../../../test/support/databases.ts'
import { listEvents } from '../../audit/audit-store.ts'
import type { Session } from '../../sessions/session.ts'
import { listSessionsOfAccount, startSession } from '../../sessions/session-store.ts'
import { openDatabase } from '../../storage/database.ts'
import { migrate } from '../../storage/migrate.ts'
import { createManageSessions } from './manage-sessions.ts'

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

describe.each(databases)('managing sessions on $name', (database: TestDatabase) => {
  async function aDatabase() {
    const { url, drop } = await database.create()
    const opened = openDatabase(url)
    onTestFinished(async () => {
      await opened.close()
      await drop()
    })
    await migrate(opened, NOW)
    const settings = { endSessionsOnDeactivation: true }
    const manageSessions = createManageSessions({ database: opened, clock: { now: () => NOW }, settings })
    return { opened, manageSessions }
  }
  const origin = { actor: 'command_line', address: '', userAgent: '' } as const

  it('ends all there are, in batches, whatever their ids look like', async () => {
    const { opened, manageSessions } = await aDatabase()
    // As ids of sessions of our own, and of those that were taken over: their order differs between languages.
    const ids = Array.from({ length: 1_100 }, (_, index) =>
      index % 2 === 0 ? index.toString(16).padStart(32, '0') : `${'aBzZ-_09'[index % 8]}x${index}`,
    )
    await opened.inTransaction(async (tx) => {
      for (const [index, id] of ids.entries()) await startSession(tx, aSession(id, { accountId: 1 + (index % 3) }))
      await startSession(tx, aSession('over', { endedAt: NOW - 1, endReason: 'logout' }))
    })
    expect(await manageSessions.endAll(origin)).toBe(1_100)
    expect(await manageSessions.endAll(origin)).toBe(0)
    for (const accountId of [1, 2, 3]) expect(await listSessionsOfAccount(opened.read, accountId)).toEqual([])
    const { events } = await listEvents(opened.read, { event: 'session.ended', limit: 2_000 })
    expect(new Set(events.map((event) => event.sessionId))).toEqual(new Set(ids))
    const over = (await manageSessions.list(1)).find(({ session }) => session.id === 'over')
    expect(over?.session.endReason).toBe('logout')
  })

  it('has one winner of sixteen who end the same session', async () => {
    const { opened, manageSessions } = await aDatabase()
    await opened.inTransaction((tx) => startSession(tx, aSession('one')))
    const outcomes = await Promise.all(Array.from({ length: 16 }, () => manageSessions.end('one', origin)))
    expect(outcomes.filter(({ kind }) => kind === 'ended')).toHaveLength(1)
    expect(outcomes.filter(({ kind }) => kind === 'over')).toHaveLength(15)
    const { events } = await listEvents(opened.read, { event: 'session.ended', limit: 20 })
    expect(events).toHaveLength(1)
  })
})
