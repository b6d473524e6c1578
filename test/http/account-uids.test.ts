import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keepNewIdsAbove } from '../../src/accounts/account-id-store.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, claimsOf, logIn, PASSWORD, rotated } from '../support/v1-client.ts'

const SECRET = 'plain-and-long-enough-for-a-service'
const service = { authorization: `Basic ${Buffer.from(`orders:${SECRET}`).toString('base64')}` }
const UUID7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

const kept = [
  ['a UUID', '1b4e28ba-2fa1-41d2-883f-0016d3cca427', false, '1b4e28ba-2fa1-41d2-883f-0016d3cca427'],
  ['a number that is not its id', '81234', true, 81_234],
  ['text of digits', '000712', false, '000712'],
  ['other text', "o'brien+é@example.org", false, "o'brien+é@example.org"],
] as const

describe.each(databases)('the uid of an account on $name', (database) => {
  let app: TestApp
  let nth = 0

  beforeAll(async () => {
    app = await startTestApp({ database, settings: { SERVICE_CREDENTIALS: `orders:${SECRET}` } })
  })
  afterAll(() => app.close())

  const profileOf = (by: TestApp, token: string) => sendJson(by.url, 'GET', '/api/users/profile/', { token })

  it.each(kept)('that was imported as %s is used wherever its id would be', async (_, text, isNumber, shown) => {
    const username = `kept${++nth}`
    const { id } = await addAccount(app, username, { uid: { text, isNumber } })
    const first = await logIn(app, username)
    const tokens = await rotated(app, first.refresh_token)
    for (const token of [first.access_token, tokens.access_token, tokens.refresh_token]) {
      expect(claimsOf(token)).toMatchObject({ user_id: shown, sub: text })
    }
    expect((await profileOf(app, tokens.access_token)).json).toMatchObject({ id: shown, username })
    expect((await sendJson(app.url, 'GET', '/api/v1/me', { token: tokens.access_token })).json).toMatchObject({
      id,
      uid: text,
    })
    const verified = await sendJson(app.url, 'POST', '/api/token/verify/', { body: { token: tokens.refresh_token } })
    expect(verified.status).toBe(200)
    const asked = { body: { token: tokens.access_token }, headers: service }
    expect((await sendJson(app.url, 'POST', '/api/v1/introspect', asked)).json).toMatchObject({
      active: true,
      sub: text,
      user_id: shown,
    })
    await app.administer('delete', username)
    const feed = await sendJson(app.url, 'GET', '/api/v1/session-events', { headers: service })
    const subjects = (feed.json as { events: string[] }).events.map((event) => claimsOf(event).sub_id)
    expect(subjects).toContainEqual(expect.objectContaining({ sub: text }))
  })

  it('is the id by default, and no new account gets an id that is the uid of another', async () => {
    const before = await addAccount(app, 'before')
    await addAccount(app, 'digits', { uid: { text: String(before.id + 2), isNumber: false } })
    const { id } = await addAccount(app, 'after')
    expect(id).toBeGreaterThan(before.id + 2)
    expect(claimsOf((await logIn(app, 'after')).access_token)).toMatchObject({ user_id: id, sub: String(id) })
  })

  it('is higher than any id that an import has used', async () => {
    await app.app.database.inTransaction((tx) => keepNewIdsAbove(tx, 5_000))
    expect((await addAccount(app, 'later')).id).toBeGreaterThan(5_000)
    await app.app.database.inTransaction((tx) => keepNewIdsAbove(tx, 10))
    expect((await addAccount(app, 'latest')).id).toBeGreaterThan(5_001)
  })

  it.each(['none', 'simplejwt'])('may be a UUID for new accounts, with COMPATIBILITY=%s', async (compatibility) => {
    const settings = { ACCOUNT_UID: 'uuid7', COMPATIBILITY: compatibility, ISSUER: 'us' }
    const other = await app.another(settings)
    const body = { username: `uuid-${compatibility}`, password: PASSWORD }
    const created = await sendJson(other.url, 'POST', '/api/users/', { body })
    expect([created.status, created.json]).toEqual([201, { id: expect.stringMatching(UUID7), username: body.username }])
    const { id } = created.json as { id: string }
    const answer = await sendJson(other.url, 'POST', '/api/token/', { body })
    const { access } = answer.json as { access: string }
    expect(claimsOf(access)).toMatchObject({ user_id: id })
    expect((await profileOf(other, access)).json).toMatchObject({ id })
  })

  it('of an existing account does not change when the setting does', async () => {
    const { id } = await addAccount(app, 'settled')
    const { access_token } = await logIn(app, 'settled')
    const other = await app.another({ ACCOUNT_UID: 'uuid7' })
    expect(claimsOf((await logIn(other, 'settled')).access_token)).toMatchObject({ user_id: id, sub: String(id) })
    expect((await profileOf(app, access_token)).json).toMatchObject({ id })
  })
})
