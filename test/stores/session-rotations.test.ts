import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAccount } from '../../src/accounts/account-store.ts'
import { auditOriginOf, commandLine } from '../../src/flows/rights/actor.ts'
import { markSessionsOfKey } from '../../src/sessions/retired-key-store.ts'
import { beginSession, type Session } from '../../src/sessions/session.ts'
import { rotateSession } from '../../src/sessions/session-rotation-store.ts'
import { endSession, findSession, startSession } from '../../src/sessions/session-store.ts'
import type { Database } from '../../src/storage/database.ts'
import { blankAccount } from '../support/blank-account.ts'
import { databases } from '../support/databases.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../support/migrated-database.ts'

const NOW = 1_900_000_000_000
const SESSIONS = 30
const first = { refreshSeed: 'seed', refreshKid: undefined, address: '', userAgent: '', amr: ['pwd'] }
const lifetimes = { refreshTokenLifetimeMs: 86_400_000, sessionLifetimeMs: undefined, sessionIdleTimeoutMs: undefined }

describe.each(databases)('sessions that are rotated at the same moment, on $name', (kind) => {
  let place: MigratedDatabase
  let database: Database
  let another: Database
  let sessions: Session[]

  beforeAll(async () => {
    place = await createMigratedDatabase(kind, NOW)
    database = place.open()
    another = place.open()
    sessions = await database.inTransaction(async (tx) => {
      const account = (await createAccount(tx, { ...blankAccount, username: 'ada' }, 'folded', NOW)) ?? expect.fail()
      const started: Session[] = []
      for (let nth = 0; nth < SESSIONS; nth++) {
        const session = beginSession(account, { ...first, id: `session-${nth}` }, lifetimes, NOW)
        await startSession(tx, session)
        started.push(session)
      }
      return started
    })
  })
  afterAll(() => place.drop())

  const rotationOf = (nth: number) => ({
    refreshedAt: NOW + nth,
    refreshExpiresAt: NOW + 86_400_000 + nth,
    refreshKid: nth % 3 === 0 ? undefined : `key-${nth % 3}`,
  })
  const rotate = (session: Session, nth: number, through = database) =>
    through.inOneStatement((db) => rotateSession(db, session, rotationOf(nth), false))

  it('get each its own new state', async () => {
    const rotated = await Promise.all(sessions.map((session, nth) => rotate(session, nth)))
    const stored = await Promise.all(sessions.map(({ id }) => findSession(database.read, id)))
    expect(rotated).toEqual(sessions.map((session, nth) => ({ ...session, ...rotationOf(nth), refreshGeneration: 1 })))
    expect(stored).toEqual(rotated)
    sessions = rotated.map((session) => session ?? expect.fail())
  })

  it('are won by one of many requests each, on one process or several', async () => {
    const races = await Promise.all(
      sessions
        .flatMap((session, nth) => Array.from({ length: 8 }, (_, turn) => [session, nth, turn] as const))
        .map(async ([session, nth, turn]) => ({
          id: session.id,
          hasWon: (await rotate(session, nth, turn % 2 === 0 ? database : another)) !== undefined,
        })),
    )
    const winners = races.filter(({ hasWon }) => hasWon).map(({ id }) => id)
    expect(winners.sort()).toEqual(sessions.map(({ id }) => id).sort())
    sessions = sessions.map((session, nth) => ({ ...session, ...rotationOf(nth), refreshGeneration: 2 }))
  })

  it('are lost by a request that has read an older state, and by one whose session has ended', async () => {
    const [ended, older, ...others] = sessions as [Session, Session, ...Session[]]
    await database.inTransaction((tx) => endSession(tx, ended.id, 'logout', NOW + 1))
    const outcomes = await Promise.all(
      [ended, { ...older, refreshGeneration: 1 }, ...others].map((session, nth) => rotate(session, nth)),
    )
    expect(outcomes.slice(0, 2)).toEqual([undefined, undefined])
    expect(outcomes.slice(2).every((session) => session?.refreshGeneration === 3)).toBe(true)
    expect(await findSession(database.read, ended.id)).toMatchObject({ refreshGeneration: 2, endReason: 'logout' })
    expect(await findSession(database.read, older.id)).toMatchObject({ refreshGeneration: 2 })
    sessions = others.map((session, nth) => ({ ...session, ...rotationOf(nth + 2), refreshGeneration: 3 }))
  })

  it('are lost by those whose key was retired after they were read', async () => {
    const kids = { kid: 'key-1', refreshKid: 'key-1.refresh' }
    await database.inTransaction((tx) => markSessionsOfKey(tx, kids, auditOriginOf(commandLine), NOW + 2))
    const outcomes = await Promise.all(sessions.map((session) => rotate(session, 2)))
    const isOfKey = sessions.map(({ refreshKid }) => refreshKid === 'key-1')
    expect(isOfKey).toContain(true)
    expect(outcomes.map((session) => session === undefined)).toEqual(isOfKey)
  })
})
