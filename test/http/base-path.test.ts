import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cookieHeader } from '../support/cookies.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { type MailedApp, PASSWORD, startMailedApp } from '../support/mailed-app.ts'

const PUBLIC_URL = 'https://example.org/auth'
const SETTINGS = { PUBLIC_URL, SERVICE_CREDENTIALS: 'api:a-credential-for-tests-0123456789' }
const [sqlite] = databases

describe('a server below a path of its origin', () => {
  let at: MailedApp

  beforeAll(async () => {
    at = await startMailedApp(sqlite as (typeof databases)[number], SETTINGS)
    await at.register('anna')
  })
  afterAll(() => at.close())

  it.each(['', '/auth'])('answers if the proxy leaves %j of the path', async (prefix) => {
    const login = await sendJson(at.app.url, 'POST', `${prefix}/api/token/`, {
      body: { username: 'anna', password: PASSWORD },
    })
    expect(login.status).toBe(200)
    expect((await sendJson(at.app.url, 'GET', `${prefix}/healthz?x=1`)).status).toBe(200)
    expect((await sendJson(at.app.url, 'GET', `${prefix}/api/v1/nothing`)).status).toBe(404)
  })

  it('does not mistake a longer name for its path', async () => {
    expect((await sendJson(at.app.url, 'GET', '/authority/healthz')).status).toBe(404)
    expect((await sendJson(at.app.url, 'GET', '/auth/auth/healthz')).status).toBe(404)
  })

  it('puts the path into the links of emails', async () => {
    const before = await at.mail()
    await at.post('/api/v1/password-reset', { email: 'anna@example.net' })
    const mails = [...before, ...(await at.mail())]
    const links = mails.map(({ link }) => link)
    expect(links.length).toBeGreaterThan(0)
    for (const link of links) expect(link).toMatch(/^https:\/\/example\.org\/auth\/[a-z/-]+\?token=/)
  })

  it('names itself with the path in discovery, tokens and redirects', async () => {
    const token = await at.login('anna')
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    expect(claims.iss).toBe(PUBLIC_URL)
    const openApi = (await sendJson(at.app.url, 'GET', '/openapi.json')).json as { servers: object[] }
    expect(openApi.servers).toEqual([{ url: '/auth' }])
    const admin = await fetch(`${at.app.url}/auth/admin/`, { redirect: 'manual' })
    expect(admin.headers.get('location')).toMatch(/^\/auth\//)
  })

  it('recognises its own pages by their origin', async () => {
    const login = (origin: string) =>
      sendJson(at.app.url, 'POST', '/auth/api/v1/login', {
        body: { username: 'anna', password: PASSWORD, mode: 'cookie' },
        headers: { origin },
      })
    expect((await login('https://example.com')).status).toBe(403)
    const answer = await login('https://example.org')
    expect(answer.status).toBe(200)
    const cookie = cookieHeader(answer)
    const headers = { origin: 'https://example.org', cookie, 'x-latchkey-csrf': '1' }
    expect((await sendJson(at.app.url, 'POST', '/auth/api/v1/refresh', { headers })).status).toBe(200)
  })
})
