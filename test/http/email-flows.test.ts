import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { type MailedApp, PASSWORD, PUBLIC_URL, startMailedApp } from '../support/mailed-app.ts'

const NEW_PASSWORD = 'staple of another battery'
const MINUTE = 60_000

describe.each(databases)('with the mailbox, on $name', (database) => {
  let at: MailedApp

  beforeAll(async () => {
    at = await startMailedApp(database)
  })
  beforeEach(async () => {
    await at.reset()
  })
  afterAll(() => at.close())

  const me = async (token: string) => (await sendJson(at.app.url, 'GET', '/api/v1/me', { token })).json
  const get = async (path: string, token: string) => (await sendJson(at.app.url, 'GET', path, { token })).status

  /** Requests mail of one kind and returns the token in it. */
  async function tokenFor(path: string, email: string): Promise<string> {
    await at.mail()
    expect((await at.post(path, { email })).status).toBe(202)
    const [mail] = await at.mail()
    if (mail === undefined) throw new Error(`no mail came to ${email}`)
    return mail.token
  }

  describe('an address is confirmed', () => {
    it('with the link in the mail that registration sends', async () => {
      await at.register('alice')
      const [mail, ...others] = await at.mail()
      expect(others).toEqual([])
      expect(mail?.to).toEqual(['alice@example.net'])
      expect(mail?.link).toBe(`${PUBLIC_URL}/account/verify-email?token=${mail?.token}`)
      const token = await at.login('alice')
      expect(await me(token)).toMatchObject({ email_verified: false })
      const confirmed = await at.post('/api/v1/email-verification/confirm', { token: mail?.token })
      expect(confirmed).toMatchObject({ status: 200, json: { status: 'confirmed' } })
      expect(await me(token)).toMatchObject({ email_verified: true })
    })

    it('and confirming it again succeeds', async () => {
      await at.register('alice')
      const [mail] = await at.mail()
      const confirm = () => at.post('/api/v1/email-verification/confirm', { token: mail?.token })
      expect((await confirm()).status).toBe(200)
      expect(await confirm()).toMatchObject({ status: 200, json: { status: 'confirmed' } })
    })

    it('with an email that was requested again; both links are valid until one is used', async () => {
      await at.register('alice')
      const [first] = await at.mail()
      const second = await tokenFor('/api/v1/email-verification', 'ALICE@Example.net')
      expect(second).not.toBe(first?.token)
      expect((await at.post('/api/v1/email-verification/confirm', { token: first?.token })).status).toBe(200)
    })

    it('and no email is sent once it is confirmed', async () => {
      await at.register('alice')
      const [mail] = await at.mail()
      await at.post('/api/v1/email-verification/confirm', { token: mail?.token })
      await at.post('/api/v1/email-verification', { email: 'alice@example.net' })
      expect(await at.mail()).toEqual([])
    })

    it('but not after a day, nor after a password change', async () => {
      await at.register('alice')
      const [mail] = await at.mail()
      const again = await tokenFor('/api/v1/email-verification', 'alice@example.net')
      const body = { old_password: PASSWORD, new_password: NEW_PASSWORD }
      expect((await at.post('/api/v1/me/password', body, await at.login('alice'))).status).toBe(204)
      expect((await at.post('/api/v1/email-verification/confirm', { token: again })).status).toBe(400)
      await at.register('bob')
      const bobs = (await at.mail()).find(({ to }) => to.includes('bob@example.net'))
      at.app.clock.advance(24 * 60 * MINUTE)
      for (const token of [mail?.token, bobs?.token]) {
        expect((await at.post('/api/v1/email-verification/confirm', { token })).status).toBe(400)
      }
    })
  })

  describe('a password is reset', () => {
    const reset = (token: string | undefined, password = NEW_PASSWORD) =>
      at.post('/api/v1/password-reset/confirm', { token, password })

    it('with the link: all sessions end, nobody is logged in, and the old password stops working', async () => {
      await at.register('alice')
      const [one, other] = [await at.login('alice'), await at.login('alice')]
      const token = await tokenFor('/api/v1/password-reset', 'alice@example.net')
      const answer = await reset(token)
      expect(answer).toMatchObject({ status: 200, json: { status: 'confirmed' } })
      expect(answer.text).not.toMatch(/access|refresh/)
      for (const session of [one, other]) {
        const { status, json } = await sendJson(at.app.url, 'GET', '/api/v1/me', { token: session })
        expect({ status, json }).toMatchObject({ status: 401, json: { code: 'password_reset' } })
      }
      await expect(at.login('alice')).rejects.toThrow('no_active_account')
      expect(await me(await at.login('alice', NEW_PASSWORD))).toMatchObject({ email_verified: true })
      expect((await at.mail()).map(({ subject }) => subject)).toEqual(['Your password was changed'])
    })

    it('not by the request alone, which changes nothing', async () => {
      await at.register('alice')
      const token = await at.login('alice')
      for (let count = 0; count < 3; count++) await tokenFor('/api/v1/password-reset', 'alice@example.net')
      expect(await get('/api/v1/me', token)).toBe(200)
      await at.login('alice')
    })

    it('once', async () => {
      await at.register('alice')
      const token = await tokenFor('/api/v1/password-reset', 'alice@example.net')
      expect((await reset(token)).status).toBe(200)
      expect((await reset(token, 'yet another battery')).status).toBe(400)
      await at.login('alice', NEW_PASSWORD)
    })

    it('once, but the same form may be sent again, even sixteen times at once: every attempt succeeds', async () => {
      await at.register('alice')
      const token = await tokenFor('/api/v1/password-reset', 'alice@example.net')
      const answers = await Promise.all(Array.from({ length: 16 }, () => reset(token)))
      expect(answers.map(({ status }) => status)).toEqual(Array(16).fill(200))
      expect(await reset(token)).toMatchObject({ status: 200, json: { status: 'confirmed' } })
      const { read } = at.app.app.database
      const events = await read.selectFrom('audit_events').where('event', '=', 'password.reset').select('id').execute()
      expect(events).toHaveLength(1)
      // A different password is refused, so a used link is no way to guess the one that was set.
      expect(await reset(token, 'yet another battery')).toMatchObject({ json: { code: 'one_time_token_not_valid' } })
      expect((await reset(token)).status).toBe(400)
      await at.login('alice', NEW_PASSWORD)
    })

    it('and sending the same form again fails once the password was changed in another way', async () => {
      await at.register('alice')
      const token = await tokenFor('/api/v1/password-reset', 'alice@example.net')
      await reset(token)
      const second = await tokenFor('/api/v1/password-reset', 'alice@example.net')
      expect((await reset(second, 'yet another battery')).status).toBe(200)
      expect((await reset(token)).status).toBe(400)
      await at.login('alice', 'yet another battery')
    })

    it('with a password that satisfies the rules; a refused one does not use up the link', async () => {
      await at.register('alice')
      const token = await tokenFor('/api/v1/password-reset', 'alice@example.net')
      for (const [password, fault] of [
        ['short', 'too_short'],
        ['password123', 'too_common'],
        ['alice@example', 'too_similar'],
        ['a\u0000bcdefghijkl', 'text'],
      ]) {
        const { status, json } = await reset(token, password)
        expect(status).toBe(400)
        expect(json).toMatchObject({ code: 'invalid_fields', errors: [{ field: 'password', fault }] })
      }
      const long = 'ein sehr langes Kennwort mit Ümläuten und 🔑 '.repeat(6)
      expect((await reset(token, long)).status).toBe(200)
      await at.login('alice', long)
    })

    it('not with a link from before another change of password, of address, or of state', async () => {
      await at.register('alice')
      const tokens = [
        await tokenFor('/api/v1/password-reset', 'alice@example.net'),
        await tokenFor('/api/v1/password-reset', 'alice@example.net'),
      ]
      expect((await reset(tokens[0])).status).toBe(200)
      expect((await reset(tokens[1], 'yet another battery')).status).toBe(400)
      const third = await tokenFor('/api/v1/password-reset', 'alice@example.net')
      await at.app.administer('deactivate', 'alice')
      await at.app.administer('activate', 'alice')
      expect((await reset(third, 'yet another battery')).status).toBe(400)
    })

    it('not for an account that may not be used, which stays so', async () => {
      await at.register('alice')
      const token = await tokenFor('/api/v1/password-reset', 'alice@example.net')
      await at.app.administer('deactivate', 'alice')
      expect(await reset(token)).toMatchObject({ status: 400, json: { code: 'one_time_token_not_valid' } })
      await at.post('/api/v1/password-reset', { email: 'alice@example.net' })
      expect(await at.mail()).toEqual([])
      for (const password of [PASSWORD, NEW_PASSWORD]) await expect(at.login('alice', password)).rejects.toThrow('401')
    })

    it('for half an hour', async () => {
      await at.register('alice')
      const token = await tokenFor('/api/v1/password-reset', 'alice@example.net')
      at.app.clock.advance(30 * MINUTE)
      expect((await reset(token)).status).toBe(400)
    })

    it('by a link for this purpose only, and not by a part of it', async () => {
      await at.register('alice')
      const [verification] = await at.mail()
      const token = await tokenFor('/api/v1/password-reset', 'alice@example.net')
      expect((await reset(verification?.token)).status).toBe(400)
      expect((await at.post('/api/v1/email-verification/confirm', { token })).status).toBe(400)
      expect((await at.post('/api/v1/email-change/confirm', { token })).status).toBe(400)
      for (const wrong of [token.slice(0, -1), `${token}A`, token.toUpperCase(), '', 'A'.repeat(43)]) {
        expect((await reset(wrong)).status).toBe(400)
      }
      expect((await reset(token)).status).toBe(200)
    })

    it('for each of the accounts that share an address, by a link for each in one email', async () => {
      for (const name of ['alice', 'alice2']) await at.register(name, 'both@example.net')
      await at.register('alice3', 'Both@example.net')
      await at.mail()
      await at.post('/api/v1/password-reset', { email: 'BOTH@example.net' })
      const mails = await at.mail()
      expect(mails.map(({ to }) => to)).toEqual(expect.arrayContaining([['both@example.net'], ['Both@example.net']]))
      const [both] = mails.filter(({ to }) => to[0] === 'both@example.net')
      expect(mails).toHaveLength(2)
      const links = [...(both?.text.matchAll(/account "(\w+)":\n\S+token=(\S+)/g) ?? [])].map(([, name, token]) => [
        name,
        token,
      ])
      expect(links.map(([name]) => name)).toEqual(['alice', 'alice2'])
      expect((await reset(links[1]?.[1])).status).toBe(200)
      await at.login('alice')
      await at.login('alice2', NEW_PASSWORD)
    })
  })

  describe('an address is changed', () => {
    const ask = (token: string, email: string, password = PASSWORD) =>
      at.post('/api/v1/me/email', { email, password }, token)

    it('once the new one is confirmed, and the old one is notified', async () => {
      await at.register('alice')
      await at.mail()
      const session = await at.login('alice')
      expect((await ask(session, 'Alice@New.example')).status).toBe(202)
      const mails = await at.mail()
      const [proof, notice] = ['Alice@new.example', 'alice@example.net'].map((address) =>
        mails.find(({ to }) => to[0] === address),
      )
      expect(mails).toHaveLength(2)
      expect(notice?.text).toContain('A…@new.example')
      expect(notice?.text).not.toContain('token=')
      expect(await me(session)).toMatchObject({ email: 'alice@example.net' })
      expect((await at.post('/api/v1/email-change/confirm', { token: proof?.token })).status).toBe(200)
      expect(await me(session)).toMatchObject({ email: 'Alice@new.example', email_verified: true })
      const [told, ...others] = await at.mail()
      expect(others).toEqual([])
      expect(told).toMatchObject({ to: ['alice@example.net'], subject: 'Your email address was changed' })
    })

    it('with the password only', async () => {
      await at.register('alice')
      await at.mail()
      const answer = await ask(await at.login('alice'), 'new@example.net', 'wrong horse battery')
      expect(answer).toMatchObject({ status: 400, json: { errors: [{ field: 'password', fault: 'wrong_password' }] } })
      expect(await at.mail()).toEqual([])
    })

    it.each([
      '',
      'new',
      'new@b@c.example',
      'new＠example.net',
      '"a@b"@example.net',
      'new@example.net\r\nBcc: x@y.example',
    ])('but not to %j', async (email) => {
      await at.register('alice')
      await at.mail()
      expect((await ask(await at.login('alice'), email)).status).toBe(400)
      expect(await at.mail()).toEqual([])
    })

    it('and everything that was sent to the old one is void', async () => {
      await at.register('alice')
      const reset = await tokenFor('/api/v1/password-reset', 'alice@example.net')
      await ask(await at.login('alice'), 'new@example.net')
      const proof = (await at.mail()).find(({ to }) => to[0] === 'new@example.net')
      await at.post('/api/v1/email-change/confirm', { token: proof?.token })
      const body = { token: reset, password: NEW_PASSWORD }
      expect((await at.post('/api/v1/password-reset/confirm', body)).status).toBe(400)
      await at.mail()
      await at.post('/api/v1/password-reset', { email: 'alice@example.net' })
      expect(await at.mail()).toEqual([])
    })

    it('not when the password was changed in between', async () => {
      await at.register('alice')
      await at.mail()
      const session = await at.login('alice')
      await ask(session, 'new@example.net')
      const proof = (await at.mail()).find(({ to }) => to[0] === 'new@example.net')
      await at.post('/api/v1/me/password', { old_password: PASSWORD, new_password: NEW_PASSWORD }, session)
      expect((await at.post('/api/v1/email-change/confirm', { token: proof?.token })).status).toBe(400)
    })
  })
})
