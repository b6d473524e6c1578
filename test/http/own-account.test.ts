import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { type JsonAnswer, sendJson } from '../support/http-client.ts'
import { type MailedApp, PASSWORD, startMailedApp } from '../support/mailed-app.ts'

describe.each(databases)('my account on $name', (database) => {
  let at: MailedApp
  let token: string

  beforeAll(async () => {
    at = await startMailedApp(database)
  })
  beforeEach(async () => {
    await at.reset()
    await at.register('alice')
    token = await at.login('alice')
  })
  afterAll(() => at.close())

  const call = (method: string, path: string, body?: unknown, own = token): Promise<JsonAnswer> =>
    sendJson(at.app.url, method, `/api/v1/${path}`, { token: own, ...(body !== undefined && { body }) })
  const wrongPassword = [{ field: 'password', fault: 'wrong_password' }]

  it('can be read by its owner', async () => {
    const { status, json } = await call('GET', 'me')
    expect(status).toBe(200)
    expect(json).toEqual({
      id: expect.any(Number),
      uid: expect.stringMatching(/^\d+$/),
      username: 'alice',
      email: 'alice@example.net',
      email_verified: false,
      first_name: '',
      last_name: '',
      phone_number: '',
      profile: {},
      locale: null,
      groups: [],
      permissions: [],
      is_staff: false,
      is_superuser: false,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      last_login_at: expect.stringMatching(/Z$/),
    })
    expect((await sendJson(at.app.url, 'GET', '/api/v1/me')).status).toBe(401)
  })

  it('can be changed by its owner, one part at a time', async () => {
    const changes = { first_name: 'Älice', phone_number: '+49 30 1' }
    expect(await call('PATCH', 'me', changes)).toMatchObject({ status: 200, json: { ...changes, last_name: '' } })
    expect(await call('PATCH', 'me', { last_name: 'Liddell' })).toMatchObject({
      json: { ...changes, last_name: 'Liddell' },
    })
    expect(await call('PATCH', 'me', {})).toMatchObject({ status: 200, json: changes })
    expect(await call('GET', 'me')).toMatchObject({ json: { ...changes, last_name: 'Liddell' } })
  })

  it('cannot be changed otherwise in this way', async () => {
    const { json: before } = await call('GET', 'me')
    const stolen = {
      id: 99,
      username: 'root',
      email: 'mallory@evil.test',
      email_verified: true,
      is_staff: true,
      is_superuser: true,
      created_at: '2000-01-01T00:00:00.000Z',
      password: 'another good battery',
      __proto__: { is_staff: true },
    }
    expect(await call('PATCH', 'me', stolen)).toMatchObject({ status: 200, json: before as object })
    expect((await call('GET', 'me')).json).toEqual(before)
  })

  it.each([
    [{ first_name: 'x'.repeat(151) }, 'first_name'],
    [{ first_name: null }, 'first_name'],
    [{ last_name: ['x'] }, 'last_name'],
    [{ phone_number: '0'.repeat(21) }, 'phone_number'],
    [{ first_name: 'a\u0000b' }, 'first_name'],
    [{ profile: { nickname: 'al' } }, 'profile/nickname'],
    [{ profile: 7 }, 'profile'],
  ])('refuses %j', async (changes, field) => {
    const { status, json } = await call('PATCH', 'me', changes)
    expect({ status, json }).toMatchObject({ status: 400, json: { code: 'invalid_fields', errors: [{ field }] } })
  })

  it('has a password that its owner changes with the old one; other sessions end, this one continues', async () => {
    const other = await at.login('alice')
    const change = (old_password: string, new_password: string) =>
      call('POST', 'me/password', { old_password, new_password })
    expect(await change('wrong horse battery', 'Xq9z!')).toMatchObject({
      status: 400,
      json: {
        errors: [
          { field: 'old_password', fault: 'wrong_password' },
          { field: 'new_password', fault: 'too_short' },
        ],
      },
    })
    expect((await change(PASSWORD, 'staple of another battery')).status).toBe(204)
    expect((await call('GET', 'me')).status).toBe(200)
    expect(await call('GET', 'me', undefined, other)).toMatchObject({ status: 401, json: { code: 'password_changed' } })
    await at.login('alice', 'staple of another battery')
  })

  it('is deleted only with the password, and then completely', async () => {
    expect(await call('DELETE', 'me', { password: 'wrong horse battery' })).toMatchObject({
      status: 400,
      json: { errors: wrongPassword },
    })
    expect((await call('DELETE', 'me', {})).status).toBe(400)
    expect((await call('DELETE', 'me')).status).toBe(400)
    expect((await call('GET', 'me')).status).toBe(200)
    await at.post('/api/v1/password-reset', { email: 'alice@example.net' })
    await at.mail()
    expect((await call('DELETE', 'me', { password: PASSWORD })).status).toBe(204)
    expect((await call('GET', 'me')).status).toBe(401)
    await expect(at.login('alice')).rejects.toThrow('no_active_account')
    const { read } = at.app.app.database
    for (const table of [
      'accounts',
      'passwords',
      'one_time_tokens',
      'mail_outbox',
      'known_devices',
      'mail_requests',
    ] as const) {
      expect([table, await read.selectFrom(table).selectAll().execute()]).toEqual([table, []])
    }
  })

  it('limits how many passwords can be tried', async () => {
    at.app = await at.app.restart({ RATE_LIMITS: 'on', LIMIT_PASSWORD_CONFIRMATION_PER_ACCOUNT: '3/1h' })
    const statuses = []
    for (const attempt of [1, 2, 3])
      statuses.push((await call('DELETE', 'me', { password: `wrong ${attempt}` })).status)
    const right = await call('DELETE', 'me', { password: PASSWORD })
    const email = await call('POST', 'me/email', { email: 'new@example.net', password: PASSWORD })
    expect([...statuses, right.status, email.status]).toEqual([400, 400, 400, 429, 429])
  })

  it('is exported with the emails that went to its address for several accounts, once the address is confirmed', async () => {
    await at.register('alice2', 'alice@example.net')
    const tokens = (await at.mail()).map((mail) => mail.token)
    await at.post('/api/v1/password-reset', { email: 'alice@example.net' })
    await at.mail()
    const kinds = async () =>
      ((await call('GET', 'me/export')).json as { mails: { kind: string }[] }).mails.map(({ kind }) => kind)
    expect(await kinds()).toEqual(['email-verification'])
    await at.post('/api/v1/email-verification', { email: 'alice@example.net' })
    const both = (await at.mail()).flatMap(({ text }) =>
      [...text.matchAll(/token=([\w-]+)/g)].map(([, token]) => token),
    )
    for (const token of [...tokens, ...both]) await at.post('/api/v1/email-verification/confirm', { token })
    expect(await kinds()).toEqual(['email-verification', 'password-reset', 'email-verification'])
  })

  it('is exported with everything stored about it, and no secret', async () => {
    const post = { title: 'Mine', content: 'All mine' }
    await sendJson(at.app.url, 'POST', '/api/posts/', { token, body: post })
    await at.register('bob')
    const bob = await at.login('bob')
    await sendJson(at.app.url, 'POST', '/api/posts/', { token: bob, body: { title: 'Of Bob', content: 'x' } })
    const first = await at.mail()
    await at.post('/api/v1/password-reset', { email: 'alice@example.net' })
    const secrets = [...first, ...(await at.mail())].map((mail) => mail.token)
    const { status, headers, json, text } = await call('GET', 'me/export')
    expect(status).toBe(200)
    expect(headers['content-disposition']).toEqual(['attachment; filename="account.json"'])
    expect(json).toMatchObject({
      account: { username: 'alice', email: 'alice@example.net' },
      has_password: true,
      sessions: [{ address: '127.0.0.1', amr: ['pwd'], ended_at: null }],
      events: [{ event: 'login.succeeded' }, { event: 'account.registered' }],
      posts: [post],
      mails: [
        { kind: 'password-reset', to: 'alice@example.net', delivered_at: expect.any(String) },
        { kind: 'email-verification', to: 'alice@example.net', delivered_at: expect.any(String) },
      ],
      one_time_tokens: expect.arrayContaining(
        ['email-verification', 'password-reset'].map((purpose) => expect.objectContaining({ purpose })),
      ),
      devices: [{ first_seen_at: expect.any(String) }],
      networks: [{ network: '127.0.0.1', last_login_at: expect.any(String) }],
      rights: { groups: [], user_permissions: [] },
    })
    expect(text).not.toContain('bob')
    const stored = await at.app.app.database.read.selectFrom('sessions').select('refresh_seed').execute()
    const digests = await at.app.app.database.read.selectFrom('one_time_tokens').select('digest').execute()
    for (const secret of [...secrets, ...stored.map((row) => row.refresh_seed), ...digests.map((row) => row.digest)]) {
      expect(text).not.toContain(secret)
    }
    expect(text).not.toMatch(/argon2|Of Bob/)
  })
})
