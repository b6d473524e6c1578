import { describe, expect, it, onTestFinished } from 'vitest'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, logIn, logOut, PASSWORD, rotated, type V1Tokens } from '../support/v1-client.ts'

describe.each(databases)('a token that is to be verified, on $name', (database) => {
  async function startWith(settings: Record<string, string> = {}): Promise<{ app: TestApp; tokens: V1Tokens }> {
    const app = await startTestApp({ database, settings })
    onTestFinished(() => app.close())
    await addAccount(app, 'ann')
    return { app, tokens: await logIn(app, 'ann') }
  }

  async function statusesOf({ url }: TestApp, ...tokens: string[]): Promise<number[]> {
    const answers = tokens.map((token) => sendJson(url, 'POST', '/api/token/verify/', { body: { token } }))
    return (await Promise.all(answers)).map(({ status }) => status)
  }

  it('is used up once it was rotated, even while its successor could be issued again', async () => {
    const { app, tokens } = await startWith()
    const next = await rotated(app, tokens.refresh_token)
    expect(await statusesOf(app, tokens.refresh_token, next.refresh_token)).toEqual([400, 200])
    expect((await rotated(app, tokens.refresh_token)).refresh_token).toBe(next.refresh_token)
  })

  it('is valid for nobody whose account is deactivated or gone, even if it would be valid again later', async () => {
    const { app, tokens } = await startWith({ END_SESSIONS_ON_DEACTIVATION: 'false' })
    await app.administer('deactivate', 'ann')
    expect(await statusesOf(app, tokens.access_token, tokens.refresh_token)).toEqual([401, 400])
    await app.administer('activate', 'ann')
    expect(await statusesOf(app, tokens.access_token, tokens.refresh_token)).toEqual([200, 200])
    await app.administer('delete', 'ann')
    expect(await statusesOf(app, tokens.access_token, tokens.refresh_token)).toEqual([401, 400])
  })

  it('ends with its session under COMPATIBILITY=simplejwt too, if CHECK_SESSION is set', async () => {
    const { app, tokens } = await startWith({ COMPATIBILITY: 'simplejwt', CHECK_SESSION: 'true' })
    expect(await statusesOf(app, tokens.access_token, tokens.refresh_token)).toEqual([200, 200])
    await logOut(app, tokens.refresh_token)
    expect(await statusesOf(app, tokens.access_token, tokens.refresh_token)).toEqual([401, 400])
  })

  it('outlives its session, as SimpleJWT’s do, if CHECK_SESSION is not set', async () => {
    const { app, tokens } = await startWith({ COMPATIBILITY: 'simplejwt', REVOKE_ON_PASSWORD_CHANGE: 'true' })
    const other = await logIn(app, 'ann')
    const body = { old_password: PASSWORD, new_password: 'another horse 10' }
    await sendJson(app.url, 'POST', '/api/change-password/', { token: tokens.access_token, body })
    expect(await statusesOf(app, tokens.access_token, tokens.refresh_token)).toEqual([200, 200])
    expect(await statusesOf(app, other.access_token, other.refresh_token)).toEqual([200, 400])
  })
})
