import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aCommandLine, jsonOf } from '../../../test/support/command-line.ts'
import { databases } from '../../../test/support/databases.ts'
import {
  type AuthenticatorApp,
  addTotp,
  challengeFor,
  complete,
  logInWith,
  post,
} from '../../../test/support/second-factors.ts'
import { type SmtpMail, startSmtpServer, type TestSmtpServer } from '../../../test/support/smtp-server.ts'
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts'
import { addAccount, logIn, meet } from '../../../test/support/v1-client.ts'
import { listEvents } from '../../audit/event-search-store.ts'

const DAY = 86_400_000

type Listed = { id: string; type: string; removes_at: string | null }

describe.each(databases)('second factors on the command line on $name', (database) => {
  let app: TestApp
  let smtp: TestSmtpServer
  let count = 0

  beforeAll(async () => {
    smtp = await startSmtpServer()
    app = await startTestApp({
      database,
      settings: { MAIL_URL: `smtp://127.0.0.1:${smtp.port}`, PUBLIC_URL: 'https://auth.example.org' },
    })
  })
  afterAll(async () => {
    await app.close()
    await smtp.close()
  })

  const aCli = (environment: Record<string, string> = {}) =>
    aCommandLine({
      databaseUrl: app.databaseUrl,
      clock: app.clock,
      environment: { MAIL_URL: `smtp://127.0.0.1:${smtp.port}`, ...environment },
    })

  async function aPerson(): Promise<{ name: string; token: string; phone: AuthenticatorApp & { id: string } }> {
    const name = `person${++count}`
    await addAccount(app, name, { email: `${name}@example.net` })
    const token = (await logIn(app, name)).access_token
    return { name, token, phone: await addTotp(app, token) }
  }
  async function mailTo(name: string): Promise<SmtpMail[]> {
    await app.app.mailWorker.settle()
    return smtp.mails.filter(({ to }) => [to].flat().some((address) => address.includes(`${name}@`)))
  }

  it('are listed, with and without --json', async () => {
    const { name, phone } = await aPerson()
    const cli = aCli()
    expect((await cli.run('users', 'factors', name)).out).toBe(`${phone.id}  totp\n`)
    expect(await jsonOf(cli, 'users', 'factors', name)).toEqual([
      {
        id: phone.id,
        type: 'totp',
        name: '',
        created_at: expect.stringMatching(/Z$/),
        last_used_at: null,
        removes_at: null,
      },
    ])
    await addAccount(app, 'plain')
    expect((await cli.run('users', 'factors', 'plain')).out).toBe('plain has no second factor.\n')
    expect(await jsonOf(cli, 'users', 'factors', 'plain')).toEqual([])
  })

  it('are removed once, which ends the sessions, mails the owner and is recorded', async () => {
    const { name, token, phone } = await aPerson()
    const cli = aCli()
    const removed = await cli.run('users', 'remove-factor', name, phone.id)
    expect(removed).toMatchObject({ code: 0, out: expect.stringContaining('all its sessions end') })
    expect((await meet(app, token))[0]).toBe(401)
    await logIn(app, name)
    expect((await mailTo(name)).map(({ subject }) => subject)).toContain('A sign-in factor was removed')
    const again = await cli.run('users', 'remove-factor', name, phone.id)
    expect(again).toEqual({ code: 1, out: '', err: expect.stringContaining(`users factors ${name}`) })
    const { events } = await listEvents(app.app.database.read, { event: 'factor.removed', limit: 50 })
    expect(events.filter(({ facts }) => facts.factorId === phone.id)).toMatchObject([
      { origin: { actor: 'command_line' } },
    ])
  })

  it('are removed after RECOVERY_DELAY, unless that is cancelled', async () => {
    const { name, phone } = await aPerson()
    const cli = aCli({ RECOVERY_DELAY: '1d' })
    const { effective_at }: { effective_at: string } = await jsonOf(cli, 'users', 'remove-factor', name, phone.id)
    expect(Date.parse(effective_at) - app.clock.now()).toBeGreaterThan(DAY - 60_000)
    expect((await cli.run('users', 'factors', name)).out).toContain(`(is removed at ${effective_at})`)
    expect((await cli.run('users', 'keep-factor', name, phone.id)).code).toBe(0)
    expect((await cli.run('users', 'keep-factor', name, phone.id)).code).toBe(1)
    const [kept]: Listed[] = await jsonOf(cli, 'users', 'factors', name)
    expect(kept?.removes_at).toBeNull()
    await logInWith(app, name, phone)
  })

  it('are replaced once by an issued code, of which only the newest works, for a day', async () => {
    const { name } = await aPerson()
    const cli = aCli()
    const issue = async (): Promise<{ code: string }> => jsonOf(cli, 'users', 'recovery-code', name)
    const first = await issue()
    const second = await issue()
    const use = async (code: string) =>
      (await complete(app, await challengeFor(app, name), { factor: 'recovery_code', code })).status
    expect(await use(first.code)).toBe(401)
    expect(await use(second.code)).toBe(200)
    expect(await use(second.code)).toBe(401)
    const left: Listed[] = await jsonOf(cli, 'users', 'factors', name)
    expect(left.map(({ type }) => type)).toEqual(['totp'])
    const { out } = await cli.run('users', 'recovery-code', name)
    const [, late = ''] = /: ([\w-]+)\n/.exec(out) ?? []
    app.clock.advance(DAY)
    expect(await use(late)).toBe(401)
    expect((await mailTo(name)).length).toBeGreaterThan(0)
  })

  it('are not replaced if the account has none', async () => {
    await addAccount(app, 'bare')
    expect(await aCli().run('users', 'recovery-code', 'bare')).toEqual({
      code: 1,
      out: '',
      err: expect.stringContaining('has no second factor that a code could replace'),
    })
    await logIn(app, 'bare')
  })

  it.each([
    [['users', 'factors', 'nobody']],
    [['users', 'remove-factor', 'nobody', 'x']],
    [['users', 'keep-factor', 'nobody', 'x']],
    [['users', 'recovery-code', 'nobody']],
    [['users', 'remove-factor', 'guest', '']],
    [['users', 'remove-factor', 'guest', "' or 1=1 --"]],
    [['users', 'remove-factor', 'guest', '\u0000']],
    [['users', 'keep-factor', 'guest', 'x']],
  ])('refuse %j with one line', async (commandTexts) => {
    if ((await app.app.accounts.find('guest')) === undefined) await addAccount(app, 'guest')
    const { code, out, err } = await aCli().run(...commandTexts)
    expect([code, out]).toEqual([1, ''])
    expect(err.trimEnd().split('\n')).toHaveLength(1)
    expect(err).not.toMatch(/ at .*\.ts/)
  })

  it('of another account cannot be changed', async () => {
    const one = await aPerson()
    const other = await aPerson()
    expect((await aCli().run('users', 'remove-factor', one.name, other.phone.id)).code).toBe(1)
    await logInWith(app, other.name, other.phone)
  })

  it('that are being set up are not listed yet', async () => {
    await addAccount(app, 'busy')
    await post(app, '/me/factors', { factor: 'totp' }, (await logIn(app, 'busy')).access_token)
    expect(await jsonOf(aCli(), 'users', 'factors', 'busy')).toEqual([])
  })
})
