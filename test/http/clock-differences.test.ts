import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, logIn, meet, refresh, rotated } from '../support/v1-client.ts'

const SECOND = 1_000

/** Another process with a slower clock, or the same one after its clock was set back, reads what a process has written. */
describe.each(databases)('different clocks, on $name', (database) => {
  let app: TestApp

  beforeEach(async () => {
    app = await startTestApp({ database })
    await addAccount(app, 'ann')
  })
  afterEach(() => app.close())

  it('cost nobody a session: tokens that seem to come from the near future are valid', async () => {
    const tokens = await logIn(app, 'ann')
    app.clock.advance(-9 * SECOND)
    expect(await meet(app, tokens.access_token)).toEqual([200, 200, undefined])
    const next = await rotated(app, tokens.refresh_token)
    app.clock.advance(9 * SECOND)
    expect((await rotated(app, tokens.refresh_token)).refresh_token).toBe(next.refresh_token)
    app.clock.advance(-5 * SECOND)
    expect((await refresh(app, next.refresh_token)).status).toBe(200)
  })

  it('let no session outlive a deactivation, even if it began later by its own clock', async () => {
    app.clock.advance(30 * SECOND)
    const tokens = await logIn(app, 'ann')
    app.clock.advance(-30 * SECOND)
    await app.administer('deactivate', 'ann')
    await app.administer('activate', 'ann')
    app.clock.advance(30 * SECOND)
    expect(await meet(app, tokens.access_token)).toEqual([401, 401, 'deactivated'])
    expect((await refresh(app, tokens.refresh_token)).status).toBe(401)
  })

  it('do not lock out a user who logs in after the account is activated again', async () => {
    await app.administer('deactivate', 'ann')
    app.clock.advance(-30 * SECOND)
    await app.administer('activate', 'ann')
    const tokens = await logIn(app, 'ann')
    expect(await meet(app, tokens.access_token)).toEqual([200, 200, undefined])
    expect((await refresh(app, tokens.refresh_token)).status).toBe(200)
  })
})
