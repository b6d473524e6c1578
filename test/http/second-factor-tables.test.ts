import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { commandLine } from '../../src/flows/rights/actor.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { addTotp, challengeFor, complete, logInWith, post, saveRecoveryCodes } from '../support/second-factors.ts'
import { startTestApp, TEST_SECRET_KEY, type TestApp } from '../support/test-app.ts'
import { addAccount, addAdministrator, codeOf, logIn, PASSWORD, refresh, type V1Tokens } from '../support/v1-client.ts'

const DAY = 86_400_000
const NEW_PASSWORD = 'copper-lantern-of-the-harbour'
const manual = readFileSync(join(import.meta.dirname, '../../docs/second-factors.md'), 'utf8')

/** The first cells of the table that begins with this heading. */
function rowsOf(heading: string): string[] {
  const [, after = ''] = manual.split(`| ${heading} |`)
  const [, , ...lines] = after.split('\n')
  const end = lines.findIndex((line) => !line.startsWith('|'))
  return lines.slice(0, end).map((line) => line.split('|')[1]?.trim() ?? '')
}

let app: TestApp
let close = async () => {}
afterEach(async () => {
  await close()
  close = async () => {}
})

const isAlive = async ({ access_token }: V1Tokens) =>
  (await sendJson(app.url, 'GET', '/api/v1/me', { token: access_token })).status === 200
const remove = (path: string, token: string) => sendJson(app.url, 'DELETE', `/api/v1${path}`, { token })
const idOf = async (username: string) => (await app.app.accounts.find(username))?.id ?? 0
const changePassword = (token: string) =>
  post(app, '/me/password', { old_password: PASSWORD, new_password: NEW_PASSWORD }, token)

/** A token that another server issued under the same key. */
function foreign(id: number, type: 'access' | 'refresh'): string {
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const iat = Math.floor(app.clock.now() / 1_000) - 60
  const body = { token_type: type, exp: iat + 300, iat, jti: `old-${type}-${id}`, user_id: id }
  const input = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded(body)}`
  return `${input}.${createHmac('sha256', TEST_SECRET_KEY).update(input).digest('base64url')}`
}

/** A row of the manual, by words in its first cell, and the check that it is true. */
type Row = { words: RegExp; settings?: Record<string, string>; check: () => Promise<void> }

const shared = { COMPATIBILITY: 'simplejwt', ALGORITHM: 'HS256' }

const sessionRows: Row[] = [
  {
    words: /^a factor is added, renamed or removed/,
    async check() {
      const [other, own] = [await logIn(app, 'ann'), await logIn(app, 'ann')]
      const { id } = await addTotp(app, own.access_token)
      const rename = { token: own.access_token, body: { name: 'phone' } }
      expect((await sendJson(app.url, 'PATCH', `/api/v1/me/factors/${id}`, rename)).status).toBe(204)
      expect(codeOf(await changePassword(other.access_token))).toBe('second_factor_required')
      expect((await remove(`/me/factors/${id}`, own.access_token)).status).toBe(204)
      expect([await isAlive(own), await isAlive(other)]).toEqual([true, true])
    },
  },
  {
    words: /^recovery codes are made or used/,
    async check() {
      const own = await logIn(app, 'ann')
      const { recoveryCodes = [] } = await addTotp(app, own.access_token)
      await saveRecoveryCodes(app, own.access_token)
      const proof = { factor: 'recovery_code', code: recoveryCodes[0] }
      expect((await complete(app, await challengeFor(app, 'ann'), proof)).status).toBe(200)
      expect(await isAlive(own)).toBe(true)
    },
  },
  {
    words: /^a trusted device is revoked/,
    settings: { TRUSTED_DEVICE_LIFETIME: '30d' },
    async check() {
      const phone = await addTotp(app, (await logIn(app, 'ann')).access_token)
      const proof = { factor: 'totp', code: phone.code(), trust_device: true }
      const own = (await complete(app, await challengeFor(app, 'ann'), proof)).json as V1Tokens
      const listed = await sendJson(app.url, 'GET', '/api/v1/me/trusted-devices', { token: own.access_token })
      const [{ id } = { id: '' }] = (listed.json as { devices: { id: string }[] }).devices
      expect((await remove(`/me/trusted-devices/${id}`, own.access_token)).status).toBe(204)
      expect(await isAlive(own)).toBe(true)
    },
  },
  {
    words: /^an administrator or the command line removes a factor/,
    async check() {
      await addAdministrator(app, 'boss')
      const boss = await logIn(app, 'boss')
      const own = await logIn(app, 'ann')
      const { id } = await addTotp(app, own.access_token)
      const path = `/admin/users/${await idOf('ann')}/factors/${id}`
      expect((await remove(path, boss.access_token)).status).toBe(200)
      expect([await isAlive(own), await isAlive(boss)]).toEqual([false, true])
    },
  },
  {
    words: /^the password is changed/,
    async check() {
      const [other, own] = [await logIn(app, 'ann'), await logIn(app, 'ann')]
      expect((await changePassword(own.access_token)).status).toBe(204)
      expect([await isAlive(own), await isAlive(other)]).toEqual([true, false])
    },
  },
  {
    words: /^the password is reset, or set by an administrator/,
    async check() {
      const own = await logIn(app, 'ann')
      await addTotp(app, own.access_token)
      await app.app.accounts.passwords.set(await idOf('ann'), NEW_PASSWORD, commandLine)
      expect(await isAlive(own)).toBe(false)
      await challengeFor(app, 'ann', NEW_PASSWORD)
    },
  },
  {
    words: /^the account is deactivated or deleted/,
    async check() {
      const own = await logIn(app, 'ann')
      await app.administer('deactivate', 'ann')
      await app.administer('activate', 'ann')
      expect(await isAlive(own)).toBe(false)
      const again = await logIn(app, 'ann')
      await app.administer('delete', 'ann')
      expect(await isAlive(again)).toBe(false)
    },
  },
  {
    words: /^a session carried over from another server/,
    settings: { ...shared, ROTATE_REFRESH_TOKENS: 'true' },
    async check() {
      const body = { refresh: foreign(await idOf('ann'), 'refresh') }
      const adopted = await sendJson(app.url, 'POST', '/api/token/refresh/', { body })
      const { access } = adopted.json as { access: string }
      expect(codeOf(await post(app, '/me/factors', { factor: 'totp' }, access))).toBe('recent_login_required')
      expect((await post(app, '/me/step-up', { password: PASSWORD }, access)).status).toBe(200)
      expect((await post(app, '/me/factors', { factor: 'totp' }, access)).status).toBe(200)
    },
  },
  {
    words: /^a token of another server that was not exchanged yet/,
    settings: shared,
    async check() {
      const id = await idOf('ann')
      await addTotp(app, (await logIn(app, 'ann')).access_token)
      const body = { refresh: foreign(id, 'refresh') }
      expect((await sendJson(app.url, 'POST', '/api/token/refresh/', { body })).status).toBe(401)
      const token = foreign(id, 'access')
      expect((await sendJson(app.url, 'GET', '/api/users/profile/', { token })).status).toBe(401)
    },
  },
  {
    words: /^`SECOND_FACTOR_REQUIRED_FOR` names the account/,
    settings: { SECOND_FACTOR_REQUIRED_FOR: 'all', SECOND_FACTOR_GRACE: '2d', REFRESH_TOKEN_LIFETIME: '30d' },
    async check() {
      let own = await logIn(app, 'ann')
      app.clock.advance(DAY)
      own = (await refresh(app, own.refresh_token)).json as V1Tokens
      expect(await isAlive(own)).toBe(true)
      app.clock.advance(DAY)
      expect((await refresh(app, own.refresh_token)).json).toMatchObject({ code: 'administrator' })
    },
  },
  {
    words: /^the address or the login name is changed/,
    async check() {
      const own = await logIn(app, 'ann')
      await addTotp(app, own.access_token)
      await app.app.accounts.change(await idOf('ann'), { email: 'new@example.net', username: 'anne' }, commandLine)
      expect(await isAlive(own)).toBe(true)
      await challengeFor(app, 'anne')
    },
  },
]

const stepUpRows: Row[] = [
  {
    words: /^no second factor/,
    settings: { ACCESS_TOKEN_LIFETIME: '2h' },
    async check() {
      const { access_token } = await logIn(app, 'ann')
      const needing = () => post(app, '/me/factors', { factor: 'totp' }, access_token)
      expect((await needing()).status).toBe(200)
      app.clock.advance(16 * 60_000)
      expect(codeOf(await needing())).toBe('recent_login_required')
      expect((await post(app, '/me/step-up', { password: PASSWORD }, access_token)).status).toBe(200)
      expect((await needing()).status).toBe(200)
    },
  },
  {
    words: /^a second factor/,
    settings: { ACCESS_TOKEN_LIFETIME: '2h' },
    async check() {
      const old = (await logIn(app, 'ann')).access_token
      const phone = await addTotp(app, (await logIn(app, 'ann')).access_token)
      const needing = (token: string) => post(app, '/me/factors', { factor: 'recovery_code' }, token)
      expect((await needing((await logInWith(app, 'ann', phone)).access_token)).status).toBe(200)
      expect(codeOf(await post(app, '/me/step-up', { password: PASSWORD }, old))).toBe('second_factor_required')
      expect(codeOf(await needing(old))).toBe('second_factor_required')
      expect((await post(app, '/me/step-up', { factor: 'totp', code: phone.code() }, old)).status).toBe(200)
      expect((await needing(old)).status).toBe(200)
    },
  },
]

describe.each([
  ['what happens', sessionRows],
  ['the account has', stepUpRows],
] as const)('the table of the manual that begins with "%s"', (heading, rows) => {
  it('has a check for each row', () => {
    const checked = rowsOf(heading).map((row) => rows.filter(({ words }) => words.test(row)).length)
    expect(checked).toEqual(rows.map(() => 1))
  })

  describe.each(databases)('is true on $name', (database) => {
    it.each(rows.map((row): [string, Row] => [row.words.source, row]))('%s', async (_words, { settings, check }) => {
      app = await startTestApp({ database, settings })
      close = () => app.close()
      await addAccount(app, 'ann', { email: 'ann@example.net' })
      await check()
    })
  })
})
