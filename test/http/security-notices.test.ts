import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { commandLine } from '../../src/flows/rights/actor.ts'
import { databases } from '../support/databases.ts'
import { type MailedApp, PASSWORD, startMailedApp } from '../support/mailed-app.ts'

const HOUR = 3_600_000
const firefox = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' }
const evil = { 'user-agent': 'https://evil.test/login\t<b>click</b>' }

describe.each(databases)('security notices on $name', (database) => {
  let at: MailedApp

  beforeAll(async () => {
    at = await startMailedApp(database)
  })
  beforeEach(async () => {
    await at.reset()
    await at.register('alice')
    await at.mail()
  })
  afterAll(() => at.close())

  const subjects = async () => (await at.mail()).map(({ subject }) => subject)

  it('report a login from a new device, but not the first login, nor one from a known device', async () => {
    await at.login('alice')
    await at.login('alice')
    expect(await subjects()).toEqual([])
    await at.login('alice', PASSWORD, firefox)
    const [mail, ...others] = await at.mail()
    expect(others).toEqual([])
    expect(mail).toMatchObject({ to: ['alice@example.net'], subject: 'New login to your account' })
    expect(mail?.text).toContain('Device: Firefox on Linux\nAddress: 127.0.0.1\n')
    await at.login('alice', PASSWORD, firefox)
    await at.login('alice')
    expect(await subjects()).toEqual([])
  })

  it('report a login on the classic paths too', async () => {
    await at.login('alice')
    await at.post('/api/login/', { username: 'alice', password: PASSWORD }, undefined, firefox)
    expect(await subjects()).toEqual(['New login to your account'])
  })

  it('contain nothing that a client says about itself', async () => {
    await at.login('alice')
    await at.login('alice', PASSWORD, evil)
    const [mail] = await at.mail()
    expect(mail?.text).toContain('Device: Unknown device')
    expect(mail?.source).not.toContain('evil')
  })

  it('do not report refused logins', async () => {
    await at.login('alice')
    await expect(at.login('alice', 'wrong horse battery', firefox)).rejects.toThrow('401')
    expect(await subjects()).toEqual([])
  })

  it('report a changed password, whoever changed it', async () => {
    const body = { old_password: PASSWORD, new_password: 'staple of another battery' }
    await at.post('/api/v1/me/password', body, await at.login('alice'))
    expect(await subjects()).toEqual(['Your password was changed'])
    const { accounts } = at.app.app
    const alice = await accounts.find('alice')
    await accounts.passwords.set(alice?.id ?? 0, 'a third good battery', commandLine)
    expect(await subjects()).toEqual(['Your password was changed'])
  })

  it('report a session that ended because its token was used twice', async () => {
    const login = await at.post('/api/v1/login', { username: 'alice', password: PASSWORD })
    const { refresh_token } = login.json as { refresh_token: string }
    const refresh = () => at.post('/api/v1/refresh', { refresh_token })
    expect((await refresh()).status).toBe(200)
    at.app.clock.advance(HOUR)
    expect((await refresh()).status).toBe(401)
    expect((await refresh()).status).toBe(401)
    expect(await subjects()).toEqual(['You were logged out on one device'])
  })

  it('flood nobody: there are ten of one kind in an hour, and three to an unconfirmed address', async () => {
    const verified = (await at.post('/api/v1/email-verification', { email: 'alice@example.net' })).status
    expect(verified).toBe(202)
    const [{ token } = { token: '' }] = await at.mail()
    await at.register('mallory', 'victim@example.net')
    await at.mail()
    const log = (username: string, times: number) =>
      Promise.all(
        Array.from({ length: times }, (_, index) => at.login(username, PASSWORD, { 'user-agent': `Program ${index}` })),
      )
    await log('mallory', 1)
    for (const wave of [6, 6]) await log('mallory', wave)
    expect((await at.mail()).map(({ to }) => to[0])).toEqual(Array(3).fill('victim@example.net'))
    expect((await at.post('/api/v1/email-verification/confirm', { token })).status).toBe(200)
    for (let index = 0; index < 14; index++) await at.login('alice', PASSWORD, { 'user-agent': `Program ${index}` })
    expect((await at.mail()).map(({ to }) => to[0])).toEqual(Array(10).fill('alice@example.net'))
    at.app.clock.advance(HOUR)
    await at.login('alice', PASSWORD, firefox)
    expect(await subjects()).toEqual(['New login to your account'])
  })

  it('are not sent to an account without an address', async () => {
    await at.post('/api/v1/register', { username: 'bob', password: PASSWORD })
    await at.login('bob')
    await at.login('bob', PASSWORD, firefox)
    expect(await subjects()).toEqual([])
  })

  it('can be switched off one by one', async () => {
    at.app = await at.app.restart({ SECURITY_NOTICES: 'password-changed' })
    await at.login('alice')
    const token = await at.login('alice', PASSWORD, firefox)
    await at.post('/api/v1/me/email', { email: 'new@example.net', password: PASSWORD }, token)
    await at.post('/api/v1/me/password', { old_password: PASSWORD, new_password: 'staple of another battery' }, token)
    expect((await subjects()).toSorted()).toEqual(['Confirm your new email address', 'Your password was changed'])
  })

  it('are written in the language of the settings', async () => {
    at.app = await at.app.restart({ MAIL_LANGUAGE: 'de', MAIL_FROM: 'Beispiel <post@example.org>' })
    await at.login('alice')
    await at.login('alice', PASSWORD, firefox)
    const [mail] = await at.mail()
    expect(mail?.subject).toBe('Neue Anmeldung an deinem Konto')
    expect(mail?.text).toContain('Am Konto „alice“ bei Beispiel hat sich jemand')
    expect(mail).toMatchObject({ from: 'post@example.org' })
  })
})

describe.each(databases)('mail and crashes on $name', (database) => {
  it('is sent by the next process, once, if the first one died between commit and delivery', async () => {
    const at = await startMailedApp(database)
    // The registration is answered, and the process dies before it has looked at its outbox.
    await at.app.app.mailWorker.stop()
    await at.register('alice')
    expect(at.smtp.mails).toEqual([])
    at.app = await at.app.restart()
    expect((await at.mail()).map(({ subject }) => subject)).toEqual(['Confirm your email address'])
    at.app = await at.app.restart()
    expect(await at.mail()).toEqual([])
    await at.close()
  })

  it('is sent once the mail server accepts it again', async () => {
    let isBroken = true
    const at = await startMailedApp(database, {}, { refuseRecipient: () => (isBroken ? 451 : undefined) })
    await at.register('alice')
    expect(await at.mail()).toEqual([])
    isBroken = false
    at.app.clock.advance(15_000)
    expect(await at.mail()).toHaveLength(1)
    await at.close()
  })

  it('waits while the server runs without a mail server', async () => {
    let isBroken = true
    const at = await startMailedApp(database, {}, { refuseRecipient: () => (isBroken ? 451 : undefined) })
    const { MAIL_URL } = { MAIL_URL: `smtp://127.0.0.1:${at.smtp.port}` }
    await at.register('alice')
    expect(await at.mail()).toEqual([])
    isBroken = false
    at.app.clock.advance(15_000)
    at.app = await at.app.restart({ MAIL_URL: 'none' })
    expect(await at.mail()).toEqual([])
    at.app = await at.app.restart({ MAIL_URL })
    at.app.clock.advance(15_000)
    expect(await at.mail()).toHaveLength(1)
    await at.close()
  })

  it('is sent once by three processes on one database', async () => {
    const at = await startMailedApp(database)
    const others = [await at.app.another(), await at.app.another()]
    for (let count = 0; count < 12; count++) await at.register(`user${count}`)
    await Promise.all([at.app, ...others].map(({ app }) => app.mailWorker.settle()))
    await at.mail()
    const recipients = at.smtp.mails.flatMap(({ to }) => to)
    expect(recipients.toSorted()).toEqual(Array.from({ length: 12 }, (_, n) => `user${n}@example.net`).toSorted())
    await at.close()
  })
})
