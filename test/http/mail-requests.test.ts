import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { databases } from '../support/databases.ts'
import { send } from '../support/http-client.ts'
import { type MailedApp, PASSWORD, PUBLIC_URL, startMailedApp } from '../support/mailed-app.ts'
import { rawRequest } from '../support/raw-client.ts'

const paths = ['/api/v1/password-reset', '/api/v1/email-verification']

describe.each(databases)('requests for mail, on $name', (database) => {
  let at: MailedApp

  beforeAll(async () => {
    at = await startMailedApp(database)
  })
  beforeEach(async () => {
    await at.reset()
    for (const name of ['alice', 'idle']) await at.register(name)
    await at.app.administer('deactivate', 'idle')
    await at.mail()
  })
  afterAll(() => at.close())

  it.each(paths)(
    '%s answers known, unknown, inactive and odd addresses in the same way, headers included',
    async (path) => {
      const seen = new Set<string>()
      const addresses = [
        'alice@example.net',
        'nobody@example.net',
        'idle@example.net',
        'alıce@example.net',
        '"ab"@c.de',
      ]
      for (const email of addresses) {
        const { status, headers, text } = await at.post(path, { email })
        const told = Object.entries(headers).filter(([name]) => !['date', 'x-request-id'].includes(name))
        seen.add(JSON.stringify({ status, text, told }))
      }
      expect([...seen]).toHaveLength(1)
      expect([...seen][0]).toContain('{"status":202,"text":"{\\"status\\":\\"accepted\\"}"')
    },
  )

  it('do the same work for every address before they answer', async () => {
    const requests = async () =>
      (await at.app.app.database.read.selectFrom('mail_requests').selectAll().execute()).length
    for (const email of ['alice@example.net', 'nobody@example.net', 'idle@example.net']) {
      expect(await requests()).toBe(0)
      await at.post('/api/v1/password-reset', { email })
      expect(await requests()).toBe(1)
      await at.mail()
      expect(await requests()).toBe(0)
    }
  })

  it('get the same response if no mail can be sent', async () => {
    const at = await startMailedApp(database)
    onTestFinished(at.close)
    await at.register('alice')
    await at.mail()
    await at.smtp.close()
    for (const email of ['alice@example.net', 'nobody@example.net']) {
      expect((await at.post('/api/v1/password-reset', { email })).status).toBe(202)
    }
    await at.mail()
    expect((await at.post('/api/v1/password-reset', { email: 'alice@example.net' })).status).toBe(202)
  })

  it('send mail to the stored address, however it was typed', async () => {
    for (const email of ['ALICE@EXAMPLE.NET', 'alice@ｅｘａｍｐｌｅ.net', 'aliçe@example.net', 'alıce@example.net']) {
      await at.post('/api/v1/password-reset', { email })
    }
    const recipients = (await at.mail()).flatMap(({ to }) => to)
    expect(recipients).toEqual(['alice@example.net', 'alice@example.net'])
  })

  it.each([{}, { email: 7 }, { email: 'alice' }, { email: 'a@b@c' }, { email: 'a@b\r\nBcc: c@d' }, { email: ['a@b'] }])(
    'refuse what is not an address: %j',
    async (body) => {
      const { status, json } = await at.post('/api/v1/password-reset', body)
      expect({ status, json }).toMatchObject({ status: 400, json: { code: 'invalid_fields' } })
    },
  )

  it('take nothing but the address from a request', async () => {
    const extra = { reset_url: 'https://evil.test', to: 'mallory@evil.test', host: 'evil.test', url: '//evil.test' }
    const body = JSON.stringify({ email: 'alice@example.net', ...extra })
    const head = [
      'POST /api/v1/password-reset HTTP/1.1',
      'Host: evil.test',
      'X-Forwarded-Host: evil.test',
      'X-Forwarded-Proto: http',
      'Forwarded: host=evil.test;proto=http',
      'X-Original-URL: //evil.test/',
      'Origin: https://evil.test',
      'Referer: https://evil.test/',
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
    ]
    const { statusLine } = await rawRequest(at.app.url, `${head.join('\r\n')}\r\n\r\n${body}`)
    expect(statusLine).toContain('202')
    const [mail, ...others] = await at.mail()
    expect(others).toEqual([])
    expect(mail?.source).not.toContain('evil')
    expect(mail?.to).toEqual(['alice@example.net'])
    expect(mail?.link).toBe(`${PUBLIC_URL}/account/reset-password?token=${mail?.token}`)
  })

  it('leave no token in the log, in the records of mail or in responses', async () => {
    await at.post('/api/v1/password-reset', { email: 'alice@example.net' })
    const [mail] = await at.mail()
    await send(at.app.url, { method: 'GET', path: `/account/reset-password?token=${mail?.token}`, headers: [] })
    const wrong = await at.post('/api/v1/password-reset/confirm', { token: mail?.token, password: 'short' })
    const right = await at.post('/api/v1/password-reset/confirm', {
      token: mail?.token,
      password: 'yet another battery',
    })
    expect([wrong.status, right.status]).toEqual([400, 200])
    const { read } = at.app.app.database
    const stored = JSON.stringify([
      await read.selectFrom('mail_outbox').selectAll().execute(),
      await read.selectFrom('audit_events').selectAll().execute(),
      await read.selectFrom('one_time_tokens').selectAll().execute(),
    ])
    const everything = [at.app.log.join(''), stored, wrong.text, right.text].join('\n')
    expect(mail?.token).toMatch(/^[\w-]{43}$/)
    expect(everything).not.toContain(mail?.token)
    expect(at.app.log.join('')).toContain('"path":"/account/reset-password"')
  })
})

describe.each(databases)('sixteen at once, on $name', (database) => {
  let at: MailedApp

  beforeAll(async () => {
    at = await startMailedApp(database, { HASH_QUEUE_LIMIT: '64' })
  })
  beforeEach(async () => {
    await at.reset()
    await at.register('alice')
  })
  afterAll(() => at.close())

  const sixteen = (confirm: (number: number) => Promise<{ status: number }>) =>
    Promise.all(Array.from({ length: 16 }, (_, number) => confirm(number)))

  it('reset a password with one link: one succeeds', async () => {
    await at.mail()
    await at.post('/api/v1/password-reset', { email: 'alice@example.net' })
    const [mail] = await at.mail()
    const answers = await sixteen((number) =>
      at.post('/api/v1/password-reset/confirm', { token: mail?.token, password: `battery number ${number}` }),
    )
    const winners = answers.flatMap(({ status }, number) => (status === 200 ? [number] : []))
    expect(winners).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(15)
    await at.login('alice', `battery number ${winners[0]}`)
  })

  it('reset it with a link each: one succeeds', async () => {
    const tokens: string[] = []
    for (let count = 0; count < 16; count++) await at.post('/api/v1/password-reset', { email: 'alice@example.net' })
    for (const mail of await at.mail()) if (mail.link.includes('reset')) tokens.push(mail.token)
    expect(tokens).toHaveLength(16)
    const answers = await sixteen((number) =>
      at.post('/api/v1/password-reset/confirm', { token: tokens[number], password: `battery number ${number}` }),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  it('confirm an address: it is confirmed once, and all learn that it is', async () => {
    const [mail] = await at.mail()
    const answers = await sixteen(() => at.post('/api/v1/email-verification/confirm', { token: mail?.token }))
    expect(answers.map(({ status }) => status)).toEqual(Array(16).fill(200))
    const events = at.app.app.database.read.selectFrom('audit_events').select('event')
    expect(await events.where('event', '=', 'email.verified').execute()).toHaveLength(1)
  })

  it('let no login through that began with the old password', async () => {
    await at.mail()
    await at.post('/api/v1/password-reset', { email: 'alice@example.net' })
    const [mail] = await at.mail()
    const reset = at.post('/api/v1/password-reset/confirm', { token: mail?.token, password: 'yet another battery' })
    const logins = await Promise.allSettled(Array.from({ length: 8 }, () => at.login('alice', PASSWORD)))
    expect((await reset).status).toBe(200)
    for (const login of logins) {
      if (login.status === 'rejected') continue
      const headers: [string, string][] = [['authorization', `Bearer ${login.value}`]]
      expect((await send(at.app.url, { method: 'GET', path: '/api/v1/me', headers })).status).toBe(401)
    }
  })
})
