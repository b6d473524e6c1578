import { copyFileSync, mkdtempSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { addSuperuser } from '../support/administrators.ts'
import { breachedPasswords, breachedPasswordsFile } from '../support/breached-passwords.ts'
import { databases } from '../support/databases.ts'
import { type JsonAnswer, sendJson } from '../support/http-client.ts'
import { type MailedApp, PASSWORD, startMailedApp } from '../support/mailed-app.ts'
import { anyDatabase } from './signed-in-app.ts'

const [BREACHED = ''] = breachedPasswords
const NEW_PASSWORD = 'staple of another battery'
const BREACH = { fault: 'breached' }
const CLASSIC_WORDS = ['This password has been exposed in a data breach.']

describe.each(databases)('passwords from data breaches, on $name', (database) => {
  async function start(settings: Record<string, string> = {}): Promise<MailedApp> {
    const at = await startMailedApp(database, { BREACHED_PASSWORDS: breachedPasswordsFile, ...settings })
    onTestFinished(() => at.close())
    return at
  }

  const faultsOf = ({ status, json }: JsonAnswer) => ({ status, errors: (json as { errors?: unknown }).errors })
  const refusedIn = (field: string) => ({ status: 400, errors: [{ field, ...BREACH }] })

  it('cannot be registered over v1, however they are written', async () => {
    const at = await start()
    for (const [index, password] of breachedPasswords.entries()) {
      const answer = await at.post('/api/v1/register', { username: `user${index}`, password })
      expect(faultsOf(answer), password).toEqual(refusedIn('password'))
    }
    await at.register('alice')
    await at.login('alice')
  })

  it('cannot be set by a change, a reset or an administrator', async () => {
    const at = await start()
    await at.register('alice')
    const token = await at.login('alice')
    const change = (new_password: string) =>
      at.post('/api/v1/me/password', { old_password: PASSWORD, new_password }, token)
    expect(faultsOf(await change(BREACHED))).toEqual(refusedIn('new_password'))
    expect((await change(NEW_PASSWORD)).status).toBe(204)

    await at.mail()
    await at.post('/api/v1/password-reset', { email: 'alice@example.net' })
    const [mail] = await at.mail()
    const reset = (password: string) => at.post('/api/v1/password-reset/confirm', { token: mail?.token, password })
    expect(faultsOf(await reset(BREACHED))).toEqual(refusedIn('password'))
    expect((await reset(PASSWORD)).status).toBe(200)

    const root = await addSuperuser(at.app, 'root')
    const made = await root.ask('POST', 'admin/users', { username: 'bob', password: BREACHED })
    expect(faultsOf(made)).toEqual(refusedIn('password'))
    const { id } = (await root.ask('POST', 'admin/users', { username: 'bob', password: PASSWORD })).json as {
      id: number
    }
    const set = await root.ask('POST', `admin/users/${id}/password`, { password: BREACHED })
    expect(faultsOf(set)).toEqual(refusedIn('password'))

    expect((await root.ask('POST', 'admin/invitations', { email: 'carla@example.net' })).status).toBe(202)
    const invitation = (await at.mail()).find(({ to }) => to.includes('carla@example.net'))
    const accepted = { token: invitation?.token, username: 'carla', password: BREACHED }
    expect(faultsOf(await at.post('/api/v1/invitations/accept', accepted))).toEqual(refusedIn('password'))
  })

  it('are refused by every classic registration, in its own words', async () => {
    const at = await start()
    const signUps: [path: string, fields: object][] = [
      ['/api/register/', { email: 'bert@example.net' }],
      ['/api/users/', {}],
      ['/register/', { email: 'bert@example.net', phone_number: '1' }],
      ['/api/users/register/', { email: 'bert@example.net', first_name: 'B', last_name: 'C', password2: BREACHED }],
    ]
    for (const [path, fields] of signUps) {
      const answer = await at.post(path, { username: 'bert', password: BREACHED, ...fields })
      expect(answer, path).toMatchObject({ status: 400, json: { password: CLASSIC_WORDS } })
    }
  })

  it('are refused by the classic password change, even under COMPATIBILITY=simplejwt', async () => {
    const at = await start({ COMPATIBILITY: 'simplejwt' })
    await at.register('alice')
    const { json } = await at.post('/api/login/', { username: 'alice', password: PASSWORD })
    const body = { old_password: PASSWORD, new_password: BREACHED }
    const answer = await at.post('/api/change-password/', body, (json as { access: string }).access)
    expect(answer).toMatchObject({ status: 400, json: { new_password: CLASSIC_WORDS } })
  })

  it('still let users log in who have one, and change it', async () => {
    const at = await start({ BREACHED_PASSWORDS: 'none' })
    expect((await at.post('/api/v1/register', { username: 'alice', password: BREACHED })).status).toBe(201)
    at.app = await at.app.restart({ BREACHED_PASSWORDS: breachedPasswordsFile })
    const token = await at.login('alice', BREACHED)
    const change = { old_password: BREACHED, new_password: NEW_PASSWORD }
    expect((await at.post('/api/v1/me/password', change, token)).status).toBe(204)
    expect((await at.post('/api/login/', { username: 'alice', password: NEW_PASSWORD })).status).toBe(200)
  })

  it('are accepted while the filter cannot be read, and the log says so without showing them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-filter-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const path = join(folder, 'filter')
    copyFileSync(breachedPasswordsFile, path)
    const at = await start({ BREACHED_PASSWORDS: path })
    truncateSync(path, 64)
    expect((await at.post('/api/v1/register', { username: 'alice', password: BREACHED })).status).toBe(201)
    expect((await at.post('/api/v1/register', { username: 'bert', password: '12345678' })).status).toBe(400)
    const told = at.app.log.filter((line) => line.includes('could not check a new password'))
    expect(told).toHaveLength(1)
    expect(told.join()).toContain('it became shorter')
    expect(at.app.log.join()).not.toContain(BREACHED)
  })
})

describe('other settings of the password rules', () => {
  async function register(settings: Record<string, string>, password: string) {
    const at = await startMailedApp(anyDatabase, settings)
    onTestFinished(() => at.close())
    const v1 = await at.post('/api/v1/register', { username: 'alice', password })
    const classic = await sendJson(at.app.url, 'POST', '/api/users/', { body: { username: 'bert', password } })
    return { v1: v1.json, classic: classic.json }
  }

  it('MINIMUM_PASSWORD_LENGTH counts characters, in both contracts', async () => {
    const settings = { MINIMUM_PASSWORD_LENGTH: '15' }
    expect(await register(settings, '\u{1f98a}'.repeat(14))).toEqual({
      v1: expect.objectContaining({ errors: [{ field: 'password', fault: 'too_short', minimum: 15 }] }),
      classic: { password: ['This password is too short. It must contain at least 15 characters.'] },
    })
    expect(await register(settings, '\u{1f98a}'.repeat(15))).toEqual({
      v1: expect.objectContaining({ username: 'alice' }),
      classic: expect.objectContaining({ username: 'bert' }),
    })
  })

  it('SERVICE_NAMES are refused as passwords, except with COMPATIBILITY=simplejwt', async () => {
    expect(await register({ PUBLIC_URL: 'https://auth.bigcorp.example' }, 'BigCorp-26')).toEqual({
      v1: expect.objectContaining({
        errors: [{ field: 'password', fault: 'too_similar', attribute: 'service_name' }],
      }),
      classic: { password: ['The password is too similar to the service name.'] },
    })
    const asBefore = await register({ COMPATIBILITY: 'simplejwt' }, 'latchkey-26')
    expect(asBefore.classic).toEqual(expect.objectContaining({ username: 'bert' }))
  })
})

describe('the longest password', () => {
  it('is the same wherever v1 takes a new one, and every character of it counts', async () => {
    const at = await startMailedApp(anyDatabase)
    onTestFinished(() => at.close())
    await at.register('alice')
    const token = await at.login('alice')
    const change = (new_password: string) =>
      at.post('/api/v1/me/password', { old_password: PASSWORD, new_password }, token)
    const longest = 'ü '.repeat(512)
    const tooLong = { fault: 'too_long', limit: 1_024 }
    const registered = await at.post('/api/v1/register', { username: 'bert', password: `${longest}x` })
    expect(registered).toMatchObject({ status: 400, json: { errors: [{ field: 'password', ...tooLong }] } })
    expect(await change(`${longest}x`)).toMatchObject({
      status: 400,
      json: { errors: [{ field: 'new_password', ...tooLong }] },
    })
    expect((await change(longest)).status).toBe(204)
    await at.login('alice', longest)
    const cut = await at.post('/api/v1/login', { username: 'alice', password: longest.slice(0, -1) })
    expect(cut.status).toBe(401)
  })
})
