import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { listEvents } from '../../src/audit/event-search-store.ts'
import { databases } from '../support/databases.ts'
import { type MailedApp, PASSWORD, startMailedApp } from '../support/mailed-app.ts'
import { addAccount } from '../support/v1-client.ts'

describe.each(databases)('REQUIRE_VERIFIED_EMAIL on $name', (database) => {
  let at: MailedApp

  beforeAll(async () => {
    at = await startMailedApp(database, { REQUIRE_VERIFIED_EMAIL: 'true' })
  })
  beforeEach(async () => {
    await at.reset()
  })
  afterAll(() => at.close())

  const v1 = (password: string) => at.post('/api/v1/login', { username: 'alice', password })
  const classic = (password: string) => at.post('/api/login/', { username: 'alice', password })

  it('refuses the login until the address is confirmed, and says so only to a user who knows the password', async () => {
    await at.register('alice')
    expect(await v1(PASSWORD)).toMatchObject({ status: 403, json: { code: 'email_not_verified' } })
    expect(await v1('wrong horse battery')).toMatchObject({ status: 401, json: { code: 'no_active_account' } })
    const [mail] = await at.mail()
    await at.post('/api/v1/email-verification/confirm', { token: mail?.token })
    expect((await v1(PASSWORD)).status).toBe(200)
  })

  it('is satisfied by a password reset, which the audit log shows as any confirmation', async () => {
    await at.register('alice')
    const reset = async (password: string) => {
      await at.mail()
      await at.post('/api/v1/password-reset', { email: 'alice@example.net' })
      const [mail] = await at.mail()
      const { status } = await at.post('/api/v1/password-reset/confirm', { token: mail?.token, password })
      expect(status).toBe(200)
    }
    await reset('staple of another battery')
    await reset('staple of a third battery')
    const { events } = await listEvents(at.app.app.database.read, { limit: 4 })
    const expected = ['account.registered', 'password.reset', 'email.verified', 'password.reset']
    expect(events.map(({ event }) => event).reverse()).toEqual(expected)
    expect((await v1('staple of a third battery')).status).toBe(200)
  })

  it('refuses it on the classic paths in the words of any refused login', async () => {
    await at.register('alice')
    const [right, wrong] = [await classic(PASSWORD), await classic('wrong horse battery')]
    expect([right.status, right.text]).toEqual([wrong.status, wrong.text])
    expect(right.status).toBe(401)
  })

  it.each([
    ['/api/register/', { username: 'bob', email: 'bob@example.net', password: PASSWORD }],
    ['/register/', { username: 'bob', email: 'bob@example.net', password: PASSWORD }],
    [
      '/api/users/register/',
      {
        username: 'bob',
        email: 'bob@example.net',
        password: PASSWORD,
        password2: PASSWORD,
        first_name: '',
        last_name: '',
      },
    ],
  ])('makes %s send the email that confirms the address', async (path, body) => {
    const named = { ...body, ...('first_name' in body && { first_name: 'B', last_name: 'B' }) }
    expect((await at.post(path, named)).status).toBe(201)
    const [mail] = await at.mail()
    expect(mail).toMatchObject({ to: ['bob@example.net'], subject: 'Confirm your email address' })
    await at.post('/api/v1/email-verification/confirm', { token: mail?.token })
    await at.login('bob')
  })

  it.each([
    ['/api/users/', { username: 'bob', password: PASSWORD }],
    ['/register/', { username: 'bob', password: PASSWORD }],
    ['/register/', { username: 'bob', password: PASSWORD, email: '"a b"@example.net' }],
    ['/api/v1/register', { username: 'bob', password: PASSWORD }],
  ])('creates no account that could never log in: %s %j', async (path, body) => {
    const { status, text } = await at.post(path, body)
    expect(status).toBe(400)
    expect(text).toContain('email')
    expect(await at.app.app.accounts.find('bob')).toBeUndefined()
  })

  it('lets accounts from the command line log in, or there would be no first administrator', async () => {
    await addAccount(at.app, 'root', { isStaff: true, isSuperuser: true }, PASSWORD)
    await at.login('root')
  })

  it('is satisfied by a password reset, which proves the same', async () => {
    await at.register('alice')
    await at.mail()
    await at.post('/api/v1/password-reset', { email: 'alice@example.net' })
    const [mail] = await at.mail()
    await at.post('/api/v1/password-reset/confirm', { token: mail?.token, password: 'yet another battery' })
    expect((await v1('yet another battery')).status).toBe(200)
  })
})

describe.each(databases)('registration on $name', (database) => {
  let at: MailedApp

  beforeAll(async () => {
    at = await startMailedApp(database)
  })
  beforeEach(async () => {
    await at.reset()
  })
  afterAll(() => at.close())

  it('over v1 does not reveal whether an address is known', async () => {
    const answers = []
    for (const [username, email] of [
      ['alice', 'shared@example.net'],
      ['bobby', 'shared@example.net'],
    ]) {
      const { status, json } = await at.post('/api/v1/register', { username, email, password: PASSWORD })
      answers.push({ status, json: { ...(json as object), id: 0, uid: '', username: '', created_at: '' } })
    }
    expect(answers[0]).toEqual(answers[1])
  })

  it('on the classic paths sends no mail, as before', async () => {
    await at.post('/api/register/', { username: 'bob', email: 'bob@example.net', password: PASSWORD })
    expect(await at.mail()).toEqual([])
  })

  it('accepts no rights from the request', async () => {
    const extra = { id: 99, is_staff: true, is_superuser: true, email_verified: true, email_verified_at: 1 }
    const body = { username: 'bob', email: 'bob@example.net', password: PASSWORD, ...extra }
    const { json } = await at.post('/api/v1/register', body)
    expect(json).toMatchObject({ is_staff: false, is_superuser: false, email_verified: false })
    expect((json as { id: number }).id).not.toBe(99)
  })

  it.each([
    [{ username: 'a b' }, 'username', 'invalid_username'],
    [{ email: 'nothing' }, 'email', 'invalid_email'],
    [{ email: 'a@b@c.example' }, 'email', 'invalid_email'],
    [{ email: 'a＠b.example' }, 'email', 'invalid_email'],
    [{ password: 'short' }, 'password', 'too_short'],
    [{ password: '73921046587' }, 'password', 'entirely_numeric'],
    [{ password: 'bob12345' }, 'password', 'too_similar'],
    [{ password: '' }, 'password', 'minLength'],
    [{ first_name: 'x'.repeat(151) }, 'first_name', 'maxLength'],
    [{ username: undefined }, 'username', 'required'],
    [{ username: 7 }, 'username', 'type'],
  ])('by v1 refuses %j', async (changes, field, fault) => {
    const body = { username: 'bob12', email: 'bob@example.net', password: PASSWORD, ...changes }
    const { status, json } = await at.post('/api/v1/register', body)
    expect({ status, json }).toMatchObject({ status: 400, json: { code: 'invalid_fields' } })
    expect((json as { errors: object[] }).errors).toContainEqual(expect.objectContaining({ field, fault }))
  })

  it.each(['twenty lower case letters'.replaceAll(' ', ''), '🔑'.repeat(64), 'ä ö ü '.repeat(100), ' spaces count '])(
    'over v1 accepts the password %j, unchanged',
    async (password) => {
      expect((await at.post('/api/v1/register', { username: 'bob', password })).status).toBe(201)
      await at.login('bob', password)
      await expect(at.login('bob', `${password} `)).rejects.toThrow('no_active_account')
    },
  )
})
