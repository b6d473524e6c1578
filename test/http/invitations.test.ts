import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { type MailedApp, PASSWORD, startMailedApp } from '../support/mailed-app.ts'
import { addAccount } from '../support/v1-client.ts'

const DAY = 86_400_000

describe.each(databases)('invitations, on $name', (database) => {
  let at: MailedApp
  let staff: string

  beforeAll(async () => {
    at = await startMailedApp(database, { REGISTRATION: 'invite' })
  })
  beforeEach(async () => {
    await at.reset()
    await addAccount(at.app, 'root', { isStaff: true, isSuperuser: true }, PASSWORD)
    staff = await at.login('root')
  })
  afterAll(() => at.close())

  const invite = (email: string, token = staff) => at.post('/api/v1/admin/invitations', { email }, token)
  const accept = (token: string | undefined, username = 'bob', password = PASSWORD) =>
    at.post('/api/v1/invitations/accept', { token, username, password })

  async function anInvitation(): Promise<string | undefined> {
    await invite('bob@example.net')
    return (await at.mail())[0]?.token
  }

  it('let invited people create an account, and nobody else', async () => {
    const answer = await at.post('/api/v1/register', { username: 'eve', password: PASSWORD })
    expect(answer).toMatchObject({ status: 403, json: { code: 'registration_closed' } })
    expect((await invite('Bob@Example.net')).status).toBe(202)
    const [mail] = await at.mail()
    expect(mail).toMatchObject({ to: ['Bob@example.net'], subject: 'You are invited to auth.example.org' })
    expect(mail?.text).toContain('root invites you')
    const accepted = await accept(mail?.token)
    const account = { username: 'bob', email: 'Bob@example.net', email_verified: true, is_staff: false }
    expect(accepted).toMatchObject({ status: 200, json: { status: 'confirmed', account } })
    await at.login('bob')
  })

  it('can be sent by administrators only', async () => {
    await accept(await anInvitation())
    const bob = await at.login('bob')
    expect((await invite('eve@example.net', bob)).status).toBe(403)
    expect((await at.post('/api/v1/admin/invitations', { email: 'eve@example.net' })).status).toBe(401)
    expect(await at.mail()).toEqual([])
  })

  it('can be used once; a name that is taken or a weak password does not use them up', async () => {
    const token = await anInvitation()
    expect(await accept(token, 'ROOT')).toMatchObject({
      json: { errors: [{ field: 'username', fault: 'username_taken' }] },
    })
    expect(await accept(token, 'bob', 'password1')).toMatchObject({ json: { errors: [{ fault: 'too_common' }] } })
    expect(await accept(token, '', PASSWORD)).toMatchObject({ status: 400 })
    expect((await accept(token)).status).toBe(200)
    expect(await accept(token, 'bob2')).toMatchObject({ status: 400, json: { code: 'one_time_token_not_valid' } })
  })

  it('can be accepted again with the same form, even sixteen times at once: the account exists', async () => {
    const token = await anInvitation()
    const answers = await Promise.all(Array.from({ length: 16 }, () => accept(token)))
    expect(answers.map(({ status }) => status)).toEqual(Array(16).fill(200))
    expect(await accept(token)).toMatchObject({ status: 200, json: { account: { username: 'bob' } } })
    expect(await accept(token, 'bob', 'another horse 11')).toMatchObject({ status: 400 })
    expect(await accept(token)).toMatchObject({ status: 400, json: { code: 'one_time_token_not_valid' } })
    await at.login('bob')
  })

  it('create one account for sixteen attempts at once', async () => {
    const token = await anInvitation()
    const answers = await Promise.all(Array.from({ length: 16 }, (_, number) => accept(token, `bob${number}`)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    const { read } = at.app.app.database
    const accounts = await read.selectFrom('accounts').select('username').where('username', 'like', 'bob%').execute()
    expect(accounts).toHaveLength(1)
  })

  it('are valid for a week', async () => {
    const token = await anInvitation()
    at.app.clock.advance(7 * DAY)
    expect((await accept(token)).status).toBe(400)
  })

  it('grant no rights, whatever is sent with them', async () => {
    const extra = { is_staff: true, is_superuser: true, email: 'eve@evil.test', id: 1, email_verified: false }
    const body = { token: await anInvitation(), username: 'bob', password: PASSWORD, ...extra }
    const { json } = await at.post('/api/v1/invitations/accept', body)
    expect(json).toMatchObject({ account: { is_staff: false, is_superuser: false, email: 'bob@example.net' } })
  })

  it.each(['', 'bob', 'bob@b@c.example', '"a@b"@c.example', 'bob@example.net\r\nBcc: x@y.example'])(
    'are not sent to %j',
    async (email) => {
      expect((await invite(email)).status).toBe(400)
      expect(await at.mail()).toEqual([])
    },
  )

  it('can neither be sent nor used if registration is closed', async () => {
    const token = await anInvitation()
    at.app = await at.app.restart({ REGISTRATION: 'closed' })
    expect((await at.post('/api/v1/invitations/accept', { token, username: 'bob', password: PASSWORD })).status).toBe(
      403,
    )
    expect((await invite('bob@example.net', await at.login('root'))).status).toBe(403)
  })
})
