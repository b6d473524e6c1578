import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { databases } from '../support/databases.ts'
import { type JsonAnswer, send, sendJson } from '../support/http-client.ts'
import { type MailedApp, PASSWORD, PUBLIC_URL, startMailedApp } from '../support/mailed-app.ts'
import { addAdministrator } from '../support/v1-client.ts'

const NEW_PASSWORD = 'staple of another battery'
const LOGIN_PATHS = ['/api/v1/login', '/api/login/', '/api/token/', '/token/', '/api/users/authentication/']

/** Faults of similar products in what accounts learn, receive and can be made to do. */
describe.each(databases)('accounts on $name', (database) => {
  let at: MailedApp

  beforeAll(async () => {
    at = await startMailedApp(database)
  })
  beforeEach(async () => {
    await at.reset()
    await at.register('ann')
    await at.register('ben')
  })
  afterAll(() => at.close())

  const call = (method: string, path: string, token: string, body?: unknown, headers = {}): Promise<JsonAnswer> =>
    sendJson(at.app.url, method, path, { token, headers, ...(body !== undefined && { body }) })
  const told = ({ status, text, headers }: JsonAnswer) => {
    const { date: _, 'x-request-id': __, ...rest } = headers
    return { status, text, rest }
  }
  async function resetLink(email: string, headers: Record<string, string> = {}, extra: object = {}): Promise<string> {
    await at.mail()
    const answer = await at.post('/api/v1/password-reset', { email, ...extra }, undefined, headers)
    expect(answer.status).toBe(202)
    return (await at.mail())[0]?.link ?? ''
  }
  const reset = (link: string, password: string) =>
    at.post('/api/v1/password-reset/confirm', { token: link.split('token=')[1], password })

  it.each(LOGIN_PATHS)(
    'CVE-2018-6188 Django, CVE-2025-69413 Gitea, CVE-2026-23511 Zitadel: %s reveals to nobody that a password is right',
    async (path) => {
      await at.app.administer('deactivate', 'ann')
      const attempt = async (username: string, password: string) => told(await at.post(path, { username, password }))
      const right = await attempt('ann', PASSWORD)
      expect(right.status).toBe(401)
      expect(await attempt('ann', 'wrong horse battery')).toEqual(right)
      expect(await attempt('nobody', PASSWORD)).toEqual(right)
    },
  )

  it('CVE-2018-16984 Django: no administrator is shown a hash', async () => {
    await addAdministrator(at.app, 'root')
    const { access_token } = (await at.post('/api/v1/login', { username: 'root', password: 'correct horse 9' }))
      .json as { access_token: string }
    const { json, text } = await call('GET', '/api/v1/admin/users', access_token)
    const ids = (json as { users: { id: number }[] }).users.map(({ id }) => id)
    const each = await Promise.all(ids.map((id) => call('GET', `/api/v1/admin/users/${id}`, access_token)))
    expect([text, ...each.map((answer) => answer.text)].join()).not.toMatch(/argon2|hash/)
  })

  it('CVE-2026-27946 and CVE-2026-54693 Zitadel: nobody can mark their own address as confirmed', async () => {
    const token = await at.login('ann')
    const said = { email_verified: true, emailVerified: true, email_verified_at: 1, email: 'new@example.net' }
    for (const body of [said, { profile: said }]) await call('PATCH', '/api/v1/me', token, body)
    for (const path of ['/api/users/profile/', '/api/users/me/']) await call('PATCH', path, token, said)
    expect((await call('GET', '/api/v1/me', token)).json).toMatchObject({
      email: 'ann@example.net',
      email_verified: false,
    })
  })

  it('CVE-2025-61928 Better Auth: the token decides whose account it is, whatever the body says', async () => {
    const token = await at.login('ann')
    const { id } = (await call('GET', '/api/v1/me', await at.login('ben'))).json as { id: number }
    const ben = { id, user_id: id, userId: id, account_id: id, username: 'ben', email: 'ben@example.net' }
    await call('PATCH', '/api/v1/me', token, { ...ben, first_name: 'Changed' })
    await call('POST', '/api/v1/me/password', token, { ...ben, old_password: PASSWORD, new_password: NEW_PASSWORD })
    const removal = { ...ben, password: NEW_PASSWORD }
    expect((await call('DELETE', `/api/v1/me?user_id=${id}`, token, removal)).status).toBe(400)
    expect((await call('DELETE', '/api/v1/me', token, removal)).status).toBe(204)
    expect((await call('GET', '/api/v1/me', await at.login('ben'))).json).toMatchObject({ id, first_name: '' })
    expect((await at.post('/api/v1/me/password', { ...ben, new_password: NEW_PASSWORD })).status).toBe(401)
  })

  it.each([
    [
      'a forwarded host',
      { 'x-forwarded-host': 'evil.test', 'x-forwarded-proto': 'gopher', 'x-forwarded-prefix': '/x' },
    ],
    ['Forwarded', { forwarded: 'host=evil.test;proto=http' }],
    ['headers of rewriting proxies', { 'x-original-url': 'https://evil.test/', 'x-host': 'evil.test' }],
    ['an origin', { origin: 'https://evil.test', referer: 'https://evil.test/' }],
  ])(
    'GHSA-3529-5m8x-rpv3 Supabase, CVE-2025-64101 and GHSA-93m4-mfpg-c3xf Zitadel: no link is built from %s',
    async (_, headers) => {
      const redirects = { redirect_to: 'https://evil.test', callbackURL: '//evil.test', reset_url: 'https://evil.test' }
      const link = await resetLink('ann@example.net', headers, redirects)
      expect(link).toMatch(new RegExp(`^${PUBLIC_URL}/account/reset-password\\?token=[\\w-]{43}$`))
      expect(at.smtp.mails.map(({ source }) => source).join()).not.toContain('evil')
    },
  )

  it('CVE-2024-56734 and CVE-2025-27143 Better Auth, CVE-2018-14574 Django: nothing leads elsewhere', async () => {
    const link = (await resetLink('ann@example.net')).slice(PUBLIC_URL.length)
    const paths = ['&callbackURL=//evil.test', '&next=https://evil.test', '&redirect_to=/%5Cevil.test'].map(
      (query) => link + query,
    )
    for (const path of [...paths, '//evil.test/%2e%2e', '//evil.test/x', '/api/v1/login?next=//evil.test']) {
      const { headers } = await send(at.app.url, { method: 'GET', path, headers: [] })
      expect([path, headers.location, headers.refresh]).toEqual([path, undefined, undefined])
    }
  })

  it.each(['ann＠example.net', 'ann@example.net@evil.test', '"ann@evil.test"@example.net', 'ann@ｅxample.net,b@c.de'])(
    'GHSA-7rqj-j65f-68wh next-auth, CVE-2026-40574 oauth2-proxy: %j sends mail to nobody',
    async (email) => {
      await at.mail()
      await at.post('/api/v1/password-reset', { email })
      await at.post('/api/v1/register', { username: 'eve', email, password: PASSWORD })
      expect(await at.mail()).toEqual([])
    },
  )

  it('CVE-2024-45231 Django, CVE-2026-26185 Directus: a reset gives the same answer with the mail server down, whatever is added', async () => {
    const at = await startMailedApp(database)
    onTestFinished(at.close)
    await at.register('ann')
    await at.mail()
    await at.smtp.close()
    const seen = new Set<string>()
    for (const email of ['ann@example.net', 'nobody@example.net']) {
      for (const extra of [{}, { reset_url: 'not a url' }, { purpose: 'email-change', accountId: 1 }]) {
        seen.add(JSON.stringify(told(await at.post('/api/v1/password-reset', { email, ...extra }))))
        await at.mail()
      }
    }
    expect(seen.size).toBe(1)
  })

  it('CVE-2026-28268 Vikunja, CVE-2026-31875 Parse Server: a link works once', async () => {
    const link = await resetLink('ann@example.net')
    expect((await reset(link, NEW_PASSWORD)).status).toBe(200)
    expect((await reset(link, 'a third good battery')).status).toBe(400)
    await at.login('ann', NEW_PASSWORD)
  })

  it('CVE-2026-33316 and CVE-2026-33668 Vikunja, CVE-2026-58422 Gitea: no reset brings a deactivated user back', async () => {
    const link = await resetLink('ann@example.net')
    await at.app.administer('deactivate', 'ann')
    expect((await reset(link, NEW_PASSWORD)).status).toBe(400)
    expect(await resetLink('ann@example.net')).toBe('')
    for (const path of LOGIN_PATHS) {
      for (const password of [PASSWORD, NEW_PASSWORD]) {
        expect((await at.post(path, { username: 'ann', password })).status).toBe(401)
      }
    }
  })

  it('CVE-2024-38351 and CVE-2026-44166 PocketBase: whoever registered with your address loses the account once you reset it', async () => {
    await at.register('hijacker', 'victim@example.net')
    const before = await at.login('hijacker')
    expect((await reset(await resetLink('victim@example.net'), NEW_PASSWORD)).status).toBe(200)
    expect((await call('GET', '/api/v1/me', before)).status).toBe(401)
    await expect(at.login('hijacker')).rejects.toThrow('401')
  })

  it('CVE-2026-62685 File Browser: two spellings of one name are one account', async () => {
    for (const username of ['ANN', 'ａｎｎ', 'ªnn', 'an\u200bn']) {
      const { json } = await at.post('/api/v1/register', { username, password: PASSWORD })
      const taken = { field: 'username', fault: 'username_taken' }
      expect(json).toMatchObject({ errors: expect.arrayContaining([taken]) })
    }
  })

  it('CVE-2026-33503 and CVE-2026-33504 Ory: a forged position in a list is only compared', async () => {
    await addAdministrator(at.app, 'root')
    const { json } = await at.post('/api/v1/login', { username: 'root', password: 'correct horse 9' })
    const { access_token } = json as { access_token: string }
    const forged = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url')
    const cursors = [
      forged('id', "1' or '1'='1", 1),
      forged('id) union select 1 --', 1, 1),
      forged('id', { toString: 1 }, 1),
      forged('id', 1, '1; drop table accounts'),
      forged('id', [1], 1),
    ]
    for (const cursor of cursors) {
      const answer = await call('GET', `/api/v1/admin/users?cursor=${cursor}`, access_token)
      expect([cursor, answer.status]).toEqual([cursor, 400])
    }
    expect((await call('GET', '/api/v1/admin/users', access_token)).status).toBe(200)
  })
})
