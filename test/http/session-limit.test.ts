import { expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp } from '../support/test-app.ts'
import { addAccount, logIn, refresh, rotated } from '../support/v1-client.ts'

it.each(databases)('a login beyond the limit ends the session unused for longest, on $name', async (database) => {
  const app = await startTestApp({ database, settings: { MAXIMUM_SESSIONS_PER_ACCOUNT: '2' } })
  await addAccount(app, 'ann')
  const first = await logIn(app, 'ann')
  app.clock.advance(1_000)
  const second = await logIn(app, 'ann')
  app.clock.advance(1_000)
  const used = await rotated(app, first.refresh_token)
  app.clock.advance(1_000)
  const third = await logIn(app, 'ann')
  const over = await refresh(app, second.refresh_token)
  expect(over).toMatchObject({ status: 401, json: { code: 'too_many_sessions' } })
  for (const { access_token: token } of [used, third]) {
    expect((await sendJson(app.url, 'GET', '/api/v1/me', { token })).status).toBe(200)
  }
  await app.close()
})
