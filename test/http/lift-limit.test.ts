import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, addAdministrator, logIn, PASSWORD } from '../support/v1-client.ts'

type Held = { limit: string; address: string; account_id: number | null }

describe.each(databases)('lifting a limit on $name', (database) => {
  let app: TestApp
  let token: string

  beforeAll(async () => {
    const settings = { RATE_LIMITS: 'on', LIMIT_LOGIN_PER_ADDRESS_AND_ACCOUNT: '3/1h', TRUSTED_PROXIES: '127.0.0.1' }
    app = await startTestApp({ database, settings })
    await addAdministrator(app, 'root')
    await addAccount(app, 'ann')
    token = (await logIn(app, 'root')).access_token
  })
  afterAll(() => app.close())

  const tryOut = async (password: string) => {
    const headers = { 'x-forwarded-for': '203.0.113.9' }
    return (await sendJson(app.url, 'POST', '/api/v1/login', { body: { username: 'ann', password }, headers })).status
  }
  const heldBack = async () =>
    ((await sendJson(app.url, 'GET', '/api/v1/admin/limits', { token })).json as { held_back: Held[] }).held_back
  const lift = (body: unknown, as = token) =>
    sendJson(app.url, 'POST', '/api/v1/admin/limits/lift', { token: as, body })

  it('lets a blocked user in, and is recorded', async () => {
    for (let time = 0; time < 3; time++) expect(await tryOut('a guess')).toBe(401)
    expect(await tryOut(PASSWORD)).toBe(429)
    const [held] = await heldBack()
    expect(held).toMatchObject({ limit: 'login-per-address-and-account', address: '203.0.113.9' })
    const { limit, address, account_id } = held as Held
    expect((await lift({ limit, address, account_id })).status).toBe(204)
    expect(await heldBack()).toEqual([])
    expect(await tryOut(PASSWORD)).toBe(200)
    const { json } = await sendJson(app.url, 'GET', '/api/v1/admin/events?event=limit.lifted&actor=root', { token })
    expect(json).toMatchObject({ events: [{ account_id, facts: { limit } }] })
  })

  it('lifts nothing for a client that is not blocked, or for staff who may only view limits', async () => {
    const nobody = { limit: 'login-per-address', address: '203.0.113.10' }
    expect((await lift(nobody)).status).toBe(404)
    expect((await lift({ ...nobody, limit: 'all' })).status).toBe(400)
    await addAccount(app, 'viewer', { isStaff: true, permissions: ['limits.view'] } as never)
    expect((await lift(nobody, (await logIn(app, 'viewer')).access_token)).status).toBe(403)
  })
})
