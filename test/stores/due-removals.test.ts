import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { insistOnChange } from '../../src/accounts/account-state-store.ts'
import { removeDueFactors } from '../../src/flows/mfa/remove-factor.ts'
import { removeFactor } from '../../src/mfa/factor-store.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { type AuthenticatorApp, addTotp, challengeFor, logInWith, post } from '../support/second-factors.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, addAdministrator, logIn, meet } from '../support/v1-client.ts'

const DAY = 86_400_000

describe.each(databases)('a removal that waits for RECOVERY_DELAY on $name', (database) => {
  let app: TestApp
  let both: TestApp[]
  let boss: string
  let mine: string
  let annsId: number
  let phone: AuthenticatorApp & { id: string }
  let told: string[]

  beforeEach(async () => {
    app = await startTestApp({
      database,
      settings: { RECOVERY_DELAY: '1d', ACCESS_TOKEN_LIFETIME: '10d', REFRESH_TOKEN_LIFETIME: '20d' },
    })
    both = [app, await app.another()]
    annsId = (await addAccount(app, 'ann')).id
    await addAdministrator(app, 'boss')
    boss = (await logIn(app, 'boss')).access_token
    mine = (await logIn(app, 'ann')).access_token
    phone = await addTotp(app, mine)
    told = []
    const path = `/api/v1/admin/users/${annsId}/factors/${phone.id}`
    expect((await sendJson(app.url, 'DELETE', path, { token: boss })).status).toBe(200)
  })
  afterEach(() => app.close())

  /** What each process does every minute. */
  const tidy = ({ app: { database }, clock }: TestApp) =>
    database.inTransaction((tx) =>
      removeDueFactors(
        tx,
        {
          async factorRemoved(_tx, { username }) {
            told.push(username)
          },
        },
        clock.now(),
        100,
      ),
    )
  const cancel = (at: TestApp) => post(at, `/me/factors/${phone.id}/keep`, {}, mine)
  const removals = async () => {
    const { json } = await sendJson(app.url, 'GET', '/api/v1/admin/events?event=factor.removed', { token: boss })
    return (json as { events: { actor: { type: string } }[] }).events
  }

  it('takes effect by itself, not a moment earlier, and ends the sessions of the account', async () => {
    app.clock.advance(DAY - 60_000)
    await Promise.all(both.map(tidy))
    expect((await challengeFor(app, 'ann')).factors).toEqual(['totp'])
    app.clock.advance(120_000)
    await Promise.all([...both, ...both, ...both].map(tidy))
    expect(told).toEqual(['ann'])
    expect(await removals()).toMatchObject([{ actor: { type: 'server' } }])
    expect((await meet(app, mine))[0]).toBe(401)
    await logIn(app, 'ann')
  })

  it('is not carried out after its owner cancelled it', async () => {
    expect((await cancel(app)).status).toBe(204)
    app.clock.advance(2 * DAY)
    await Promise.all(both.map(tidy))
    expect([await removals(), told]).toEqual([[], []])
    await logInWith(app, 'ann', phone)
  })

  it('is either carried out or cancelled, if both happen at the same moment in two processes', async () => {
    app.clock.advance(DAY + 1)
    const cancelled = Array.from({ length: 8 }, (_, turn) => cancel(both[turn % 2] ?? app))
    const tidied = Array.from({ length: 8 }, (_, turn) => tidy(both[turn % 2] ?? app))
    await Promise.all(tidied)
    const kept = (await Promise.all(cancelled)).filter(({ status }) => status === 204).length
    const removed = await removals()
    expect(kept + removed.length).toBe(1)
    if (kept === 1) await logInWith(app, 'ann', phone)
    else await logIn(app, 'ann')
  })
})

// On SQLite, only one transaction writes at a time.
describe.each(databases.filter(({ name }) => name === 'PostgreSQL'))('removals of a factor on $name', (database) => {
  it('lock the account before the factor, so none of them is undone', async () => {
    const app = await startTestApp({ database, settings: { RECOVERY_DELAY: '1d' } })
    onTestFinished(() => app.close())
    const other = await app.another()
    const { id: annsId } = await addAccount(app, 'ann')
    await addAdministrator(app, 'boss')
    const phone = await addTotp(app, (await logIn(app, 'ann')).access_token)
    const token = (await logIn(app, 'boss')).access_token
    await sendJson(app.url, 'DELETE', `/api/v1/admin/users/${annsId}/factors/${phone.id}`, { token })
    const now = app.clock.now() + DAY + 1
    const runs = { owner: 0, server: 0 }
    const waiting = sql`select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
    let due: Promise<number> | undefined
    await app.app.database.inTransaction(async (tx) => {
      runs.owner++
      await insistOnChange(tx, [annsId])
      due ??= other.app.database.inTransaction((tx) => {
        runs.server++
        return removeDueFactors(tx, { factorRemoved: async () => {} }, now, 100)
      })
      await expect.poll(async () => (await waiting.execute(tx)).rows.length, { interval: 5 }).toBe(1)
      await removeFactor(tx, annsId, phone.id)
    })
    await due
    expect(runs).toEqual({ owner: 1, server: 1 })
  })
})
