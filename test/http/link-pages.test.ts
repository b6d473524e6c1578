import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { type JsonAnswer, send, sendJson } from '../support/http-client.ts'
import { type MailedApp, PASSWORD, startMailedApp } from '../support/mailed-app.ts'

/** What is said here is HTTP's business; the flows are told on both databases elsewhere. */
const sqliteOnly = databases.filter(({ name }) => name === 'SQLite')

describe.each(sqliteOnly)('the pages that links in mails lead to', (sqlite) => {
  let at: MailedApp

  beforeEach(async () => {
    at = await startMailedApp(sqlite)
    await at.register('alice')
  })
  afterEach(() => at.close())

  const open = (link: string, method = 'GET') => sendJson(at.app.url, method, pathOf(link))
  const pathOf = (link: string) => link.replace(/^https:\/\/auth\.example\.org/, '')

  /** Sends the form of a page as a browser does. */
  async function submit(page: JsonAnswer, fields: Record<string, string> = {}): Promise<JsonAnswer> {
    const action = /<form method="post" action="([^"]+)">/.exec(page.text)?.[1] ?? ''
    const token = /name="token" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
    const body = Buffer.from(String(new URLSearchParams({ token, ...fields })))
    const headers: [string, string][] = [
      ['content-type', 'application/x-www-form-urlencoded'],
      ['content-length', String(body.length)],
    ]
    const answer = await send(at.app.url, { method: 'POST', path: action, headers, body })
    return { ...answer, text: answer.body.toString('utf8'), json: undefined }
  }

  async function resetPage(): Promise<JsonAnswer> {
    await at.mail()
    await at.post('/api/v1/password-reset', { email: 'alice@example.net' })
    const [mail] = await at.mail()
    return open(mail?.link ?? '')
  }

  it('do nothing when they are opened, however often: programs open every link they find', async () => {
    const [mail] = await at.mail()
    for (const method of ['GET', 'HEAD', 'GET']) expect((await open(mail?.link ?? '', method)).status).toBe(200)
    const page = await open(mail?.link ?? '')
    const token = await at.login('alice')
    const isVerified = async () =>
      ((await sendJson(at.app.url, 'GET', '/api/v1/me', { token })).json as { email_verified: boolean }).email_verified
    expect(await isVerified()).toBe(false)
    expect((await submit(page)).text).toContain('Your email address is confirmed.')
    expect(await isVerified()).toBe(true)
  })

  it('tell nobody of their address, run nothing and stand in no frame', async () => {
    const [mail] = await at.mail()
    const { headers, text } = await open(mail?.link ?? '')
    expect(headers['referrer-policy']).toEqual(['no-referrer'])
    expect(headers['cache-control']).toEqual(['no-store'])
    expect(headers['content-type']).toEqual(['text/html; charset=utf-8'])
    const policy = headers['content-security-policy']?.[0] ?? ''
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; .*frame-ancestors 'none'/,
    )
    expect(text).not.toMatch(/<script|<img|<link|\bon\w+=|https?:\/\//)
  })

  it('ask for a new password until the rules take it', async () => {
    const page = await resetPage()
    const refused = await submit(page, { password: 'password1' })
    expect(refused.status).toBe(400)
    expect(refused.text).toContain('This password is too common.')
    expect(refused.text).not.toContain('password1')
    expect((await submit(refused, { password: 'staple of another battery' })).status).toBe(200)
    await at.login('alice', 'staple of another battery')
  })

  it('say of a link that was used that it is no longer valid', async () => {
    const page = await resetPage()
    await submit(page, { password: 'staple of another battery' })
    const again = await submit(page, { password: 'a third good battery' })
    expect(again.status).toBe(400)
    expect(again.text).toContain('The link is no longer valid')
  })

  it.each(['', '?token=', '?token=x', `?token=${'x'.repeat(43)}%22%3E%3Cscript%3E`, '?token=a&token=b', '?token[]=a'])(
    'show no form for %j, and nothing of it',
    async (query) => {
      const { status, text } = await open(`/account/reset-password${query}`)
      expect(status).toBe(400)
      expect(text).not.toMatch(/<form|script/)
    },
  )

  it.each([
    ['text/plain', 'token=x', 400],
    ['application/json', '{"token":"x"}', 400],
    ['application/x-www-form-urlencoded', `token=${'x'.repeat(20_000)}`, 400],
    ['application/x-www-form-urlencoded', 'token=%00', 400],
    ['application/x-www-form-urlencoded', '', 400],
  ])('refuse a form as %s: %.20j', async (type, text, status) => {
    const body = Buffer.from(text)
    const headers: [string, string][] = [
      ['content-type', type],
      ['content-length', String(body.length)],
    ]
    const answer = await send(at.app.url, { method: 'POST', path: '/account/reset-password', headers, body })
    expect(answer.status).toBe(status)
    expect(answer.headers['content-type']).toEqual(['text/html; charset=utf-8'])
  })

  it('let somebody make the account they were invited to', async () => {
    const root = { username: 'root', email: '', phoneNumber: '', firstName: '', lastName: '' }
    const origin = { actor: 'command_line', address: '', userAgent: '' } as const
    await at.app.app.manageAccounts.create({ ...root, isStaff: true, isSuperuser: true }, PASSWORD, origin)
    await at.mail()
    await at.post('/api/v1/admin/invitations', { email: 'bob@example.net' }, await at.login('root'))
    const [mail] = await at.mail()
    const page = await open(mail?.link ?? '')
    const taken = await submit(page, { username: 'alice', password: PASSWORD })
    expect(taken.text).toContain('This username is taken.')
    // The name stays, as a text; a password never stands in a page.
    expect(taken.text).toContain('name="username" type="text" value="alice"')
    const odd = await submit(taken, { username: '"><script>bob', password: PASSWORD })
    expect(odd.text).toContain('value="&quot;&gt;&lt;script&gt;bob"')
    expect(`${taken.text} ${odd.text}`).not.toMatch(/<script|horse/)
    expect((await submit(taken, { username: 'bob', password: PASSWORD })).text).toContain('Your account is ready.')
    await at.login('bob')
  })

  it('are limited like all requests that need no login', async () => {
    at.app = await at.app.restart({ RATE_LIMITS: 'on', LIMIT_REQUESTS_PER_ADDRESS: '3/1m' })
    const answers = []
    for (let count = 0; count < 4; count++) answers.push(await open('/account/reset-password'))
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 429])
    expect(answers[3]?.headers['retry-after']).toBeDefined()
  })
})

describe.each(sqliteOnly)('limits on asking for mail', (sqlite) => {
  it('hold for each kind of mail and each address, known or not', async () => {
    const at = await startMailedApp(sqlite, { RATE_LIMITS: 'on', LIMIT_MAIL_REQUEST_PER_RECIPIENT: '2/1h' })
    await at.register('alice')
    for (const email of ['alice@example.net', 'nobody@example.net']) {
      const statuses = []
      for (const spelling of [email, email.toUpperCase(), email]) {
        statuses.push((await at.post('/api/v1/password-reset', { email: spelling })).status)
      }
      expect(statuses).toEqual([202, 202, 429])
      expect((await at.post('/api/v1/email-verification', { email })).status).toBe(202)
    }
    await at.close()
  })

  it('hold for the new address of an account as well, which may be anybody’s', async () => {
    const at = await startMailedApp(sqlite, { RATE_LIMITS: 'on', LIMIT_MAIL_REQUEST_PER_RECIPIENT: '2/1h' })
    const statuses: number[] = []
    for (const name of ['mallory', 'mallory2', 'mallory3']) {
      await at.register(name)
      const body = { email: 'victim@example.net', password: PASSWORD }
      statuses.push((await at.post('/api/v1/me/email', body, await at.login(name))).status)
    }
    expect(statuses).toEqual([202, 202, 429])
    expect((await at.mail()).filter(({ to }) => to[0] === 'victim@example.net')).toHaveLength(2)
    await at.close()
  })

  it('hold for one address that asks for many', async () => {
    const at = await startMailedApp(sqlite, { RATE_LIMITS: 'on', LIMIT_MAIL_REQUEST_PER_ADDRESS: '2/1h' })
    const statuses = []
    for (const name of ['a', 'b', 'c']) {
      statuses.push((await at.post('/api/v1/password-reset', { email: `${name}@example.net` })).status)
    }
    expect(statuses).toEqual([202, 202, 429])
    await at.register('mallory')
    const body = { email: 'd@example.net', password: PASSWORD }
    expect((await at.post('/api/v1/me/email', body, await at.login('mallory'))).status).toBe(429)
    await at.close()
  })
})
