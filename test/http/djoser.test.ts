import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { databases, type TestDatabase } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { readMail } from '../support/received-mail.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

const password = 'Zx9!mKq#Lw7vTr'
const links = {
  DJOSER: 'true',
  ACTIVATION_URL: 'activate/{uid}/{token}',
  PASSWORD_RESET_CONFIRM_URL: '#/reset/{uid}/{token}',
  USERNAME_RESET_CONFIRM_URL: 'name/{uid}/{token}',
  EMAIL_FRONTEND_PROTOCOL: 'https',
  EMAIL_FRONTEND_DOMAIN: 'app.example.com',
}
const simplejwt = { COMPATIBILITY: 'simplejwt' }

let app: TestApp | undefined
let folder = ''

async function start(database: TestDatabase, settings: Record<string, string> = {}): Promise<TestApp> {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-djoser-'))
  app = await startTestApp({ database, settings: { ...links, MAIL_URL: `file:${folder}`, ...settings } })
  return app
}

afterEach(async () => {
  await app?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Sends a request, with a JWT or a key. */
async function ask(method: string, path: string, body?: unknown, authorization?: string) {
  const headers = authorization === undefined ? {} : { authorization }
  const options = { ...(body !== undefined && { body }), headers }
  const { status, json } = await sendJson(app?.url ?? '', method, `/auth/${path}`, options)
  return { status, json: json as Record<string, unknown> }
}

const signUp = (username: string) => ask('POST', 'users/', { username, email: `${username}@example.com`, password })

async function logIn(username: string): Promise<string> {
  const { json } = await ask('POST', 'jwt/create/', { username, password })
  return `JWT ${String(json.access)}`
}

async function keyOf(username: string): Promise<string> {
  const { json } = await ask('POST', 'token/login/', { username, password })
  return String(json.auth_token)
}

/** Everything mailed to an address so far. */
async function mailsTo(address: string) {
  await app?.app.mailWorker.settle()
  return readdirSync(folder)
    .toSorted()
    .map((name) => readMail(readFileSync(join(folder, name), 'utf8')))
    .filter(({ headers }) => headers.to?.[0]?.includes(address))
}

/** The two parts of the last link that was mailed to an address. */
async function linkTo(address: string): Promise<{ uid: string; token: string; link: string }> {
  const link = (await mailsTo(address)).at(-1)?.link ?? ''
  const [token = '', uid = ''] = link.split('/').toReversed()
  return { uid, token, link }
}

/** How often each status came. */
async function race(
  count: number,
  one: (index: number) => Promise<{ status: number }>,
): Promise<Record<number, number>> {
  const answers = await Promise.all(Array.from({ length: count }, (_, index) => one(index)))
  const tally: Record<number, number> = {}
  for (const { status } of answers) tally[status] = (tally[status] ?? 0) + 1
  return tally
}

describe.each(databases)('djoser on $name', (database) => {
  it('makes one key for sixteen logins at once, under COMPATIBILITY', async () => {
    await start(database, simplejwt)
    await signUp('anna')
    const keys = await Promise.all(Array.from({ length: 16 }, () => keyOf('anna')))
    expect(new Set(keys).size).toBe(1)
    expect(keys[0]).toMatch(/^[0-9a-f]{40}$/)
  })

  it('makes a key for each login, which ends like any session', async () => {
    const { app: built } = await start(database)
    await signUp('anna')
    const [one, other] = [await keyOf('anna'), await keyOf('anna')]
    expect(one).not.toBe(other)
    const stored = JSON.stringify(await built.database.read.selectFrom('sessions').selectAll().execute())
    expect(stored).not.toContain(one)
    const access = (await logIn('anna')).replace('JWT', 'Bearer')
    const { json } = await sendJson(app?.url ?? '', 'GET', '/api/v1/me/sessions', {
      headers: { authorization: access },
    })
    const { sessions } = json as { sessions: { id: string; is_key: boolean }[] }
    const held = sessions.filter((session) => session.is_key)
    expect(held).toHaveLength(2)
    for (const { id } of held) {
      await sendJson(app?.url ?? '', 'DELETE', `/api/v1/me/sessions/${id}`, { headers: { authorization: access } })
    }
    for (const key of [one, other]) {
      const refused = await ask('GET', 'users/me/', undefined, `Token ${key}`)
      expect(refused).toMatchObject({ status: 401, json: { detail: 'Invalid token.' } })
    }
  })

  it('lets one of sixteen use a link, take a name or delete an account', async () => {
    await start(database, { ...simplejwt, SEND_ACTIVATION_EMAIL: 'true' })
    expect((await race(16, () => signUp('anna')))[201]).toBe(1)
    const activation = await linkTo('anna@example.com')
    const activated = await race(16, () => ask('POST', 'users/activation/', activation))
    expect(activated).toEqual({ 204: 1, 403: 15 })
    await ask('POST', 'users/reset_password/', { email: 'anna@example.com' })
    const reset = await linkTo('anna@example.com')
    const changed = await race(16, () =>
      ask('POST', 'users/reset_password_confirm/', { ...reset, new_password: password }),
    )
    expect(changed).toEqual({ 204: 1, 400: 15 })
    await ask('POST', 'users/reset_username/', { email: 'anna@example.com' })
    const renaming = await linkTo('anna@example.com')
    const renamed = await race(16, (index) =>
      ask('POST', 'users/reset_username_confirm/', { ...renaming, new_username: `anna${index}` }),
    )
    expect(renamed).toEqual({ 204: 1, 400: 15 })
    const { json } = await ask('POST', 'jwt/create/', { username: 'anna', password })
    expect(json).not.toHaveProperty('access')
  })

  it('lets one of several users take a name, and one request delete an account', async () => {
    await start(database, simplejwt)
    const names = ['ann', 'bob', 'cid', 'dan']
    for (const name of names) await signUp(name)
    const tokens = await Promise.all(names.map(logIn))
    const wanted = { new_username: 'eve', current_password: password }
    const taken = await race(16, (index) => ask('POST', 'users/set_username/', wanted, tokens[index % 4]))
    expect(taken[204]).toBe(1)
    expect(taken[400]).toBe(15)
    const deleted = await race(16, () => ask('DELETE', 'users/me/', { current_password: password }, tokens[0]))
    expect(deleted[204]).toBe(1)
    expect(Object.keys(deleted).every((status) => ['204', '400', '401', '404'].includes(status))).toBe(true)
  })

  it('does not let a deactivated user come back with an activation link', async () => {
    const { administer } = await start(database, { SEND_ACTIVATION_EMAIL: 'true' })
    await signUp('anna')
    const first = await linkTo('anna@example.com')
    await ask('POST', 'users/resend_activation/', { email: 'anna@example.com' })
    const second = await linkTo('anna@example.com')
    expect(second.token).not.toBe(first.token)
    expect((await ask('POST', 'users/activation/', first)).status).toBe(204)
    expect((await ask('POST', 'users/activation/', first)).status).toBe(403)
    await administer('deactivate', 'anna')
    expect((await ask('POST', 'users/activation/', first)).status).toBe(400)
    expect((await ask('POST', 'users/activation/', second)).status).toBe(400)
    // Nor with one that an administrator's own activation has overtaken.
    await signUp('bob')
    await administer('activate', 'bob')
    await administer('deactivate', 'bob')
    expect((await ask('POST', 'users/activation/', await linkTo('bob@example.com'))).status).toBe(400)
    const before = (await mailsTo('anna@example.com')).length
    await ask('POST', 'users/resend_activation/', { email: 'anna@example.com' })
    expect(await mailsTo('anna@example.com')).toHaveLength(before)
  })

  it('mails links that lead to the front end of the settings, for one purpose only', async () => {
    const { url } = await start(database, simplejwt)
    await signUp('anna')
    const body = JSON.stringify({ email: 'anna@example.com' })
    const headers = {
      'content-type': 'application/json',
      'x-forwarded-host': 'evil.example',
      origin: 'https://evil.example',
    }
    await fetch(`${url}/auth/users/reset_password/`, { method: 'POST', body, headers })
    const reset = await linkTo('anna@example.com')
    expect(reset.link).toMatch(/^https:\/\/app\.example\.com\/#\/reset\/[\w-]+\/[\w-]{43}$/)
    expect((await ask('POST', 'users/reset_username_confirm/', { ...reset, new_username: 'eve' })).status).toBe(400)
    expect((await ask('POST', 'users/activation/', reset)).status).toBe(400)
    app?.clock.advance(3 * 86_400_000)
    const late = await ask('POST', 'users/reset_password_confirm/', { ...reset, new_password: 'Hv4$Ygp@Nd8sBz' })
    expect(late).toMatchObject({ status: 400, json: { token: ['Invalid token for given user.'] } })
  })

  it('asks for a recent login before an address changes, and ends keys with a new password', async () => {
    await start(database)
    await signUp('anna')
    const token = await logIn('anna')
    const key = `Token ${await keyOf('anna')}`
    expect((await ask('PATCH', 'users/me/', { email: 'new@example.com' }, token)).status).toBe(200)
    const change = { current_password: password, new_password: 'Hv4$Ygp@Nd8sBz' }
    expect((await ask('POST', 'users/set_password/', change, token)).status).toBe(204)
    expect((await ask('GET', 'users/me/', undefined, key)).status).toBe(401)
    app?.clock.advance(16 * 60_000)
    const { json } = await ask('POST', 'token/login/', { username: 'anna', password: change.new_password })
    app?.clock.advance(16 * 60_000)
    const stale = await ask('PATCH', 'users/me/', { email: 'other@example.com' }, `Token ${String(json.auth_token)}`)
    expect(stale.status).toBe(403)
  })

  it('notes when a key was last used, and writes neither keys nor links into the log', async () => {
    const { app: built, clock, log } = await start(database, { ...simplejwt, LOG_LEVEL: 'trace' })
    await signUp('anna')
    const key = await keyOf('anna')
    const seen = () => built.database.read.selectFrom('sessions').select('refreshed_at').execute()
    const [before] = await seen()
    clock.advance(2 * 3_600_000)
    expect((await ask('GET', 'users/me/', undefined, `token\t${key}`)).status).toBe(200)
    const [after] = await seen()
    expect(after?.refreshed_at).toBeGreaterThan((before?.refreshed_at ?? 0) + 3_600_000)
    await ask('POST', 'users/reset_password/', { email: 'anna@example.com' })
    const { token } = await linkTo('anna@example.com')
    await ask('POST', 'users/reset_password_confirm/', { uid: 'MQ', token, new_password: password })
    for (const secret of [key, token, password]) expect(log.join('\n')).not.toContain(secret)
  })

  it('names accounts by their phone number, in every path and answer', async () => {
    const settings = { USERNAME_FIELD: 'phone_number', REQUIRED_FIELDS: 'email', DEFAULT_PHONE_REGION: 'DE' }
    await start(database, { ...simplejwt, ...settings })
    const user = { phone_number: '030 123456', email: 'anna@example.com', password }
    const created = await ask('POST', 'users/', user)
    expect(created).toMatchObject({ status: 201, json: { phone_number: '030 123456', email: 'anna@example.com' } })
    expect(created.json).not.toHaveProperty('username')
    const twice = await ask('POST', 'users/', { ...user, phone_number: '+49 30 123456' })
    expect(twice).toMatchObject({ status: 400, json: { phone_number: [expect.stringContaining('already exists')] } })
    expect((await ask('POST', 'users/', { password })).json).toEqual({ phone_number: ['This field is required.'] })
    const { json } = await ask('POST', 'jwt/create/', { phone_number: '+4930123456', password })
    const token = `JWT ${String(json.access)}`
    const { json: keyed } = await ask('POST', 'token/login/', { phone_number: '030123456', password })
    const me = await ask('GET', 'users/me/', undefined, `Token ${String(keyed.auth_token)}`)
    expect(me.json).toEqual(created.json)
    const wanted = { new_phone_number: '030 654321', current_password: password }
    const raced = await race(16, () => ask('POST', 'users/set_phone_number/', wanted, token))
    expect(raced).toEqual({ 204: 1, 400: 15 })
    expect((await ask('POST', 'jwt/create/', { phone_number: '030 123456', password })).status).toBe(401)
    expect((await ask('POST', 'jwt/create/', { phone_number: '030 654321', password })).status).toBe(200)
    expect((await ask('POST', 'users/', user)).status).toBe(201)
    await ask('POST', 'users/reset_phone_number/', { email: 'anna@example.com' })
    const link = await linkTo('anna@example.com')
    const bad = await ask('POST', 'users/reset_phone_number_confirm/', { ...link, new_phone_number: 'none' })
    expect(bad).toMatchObject({ status: 400, json: { new_phone_number: ['Enter a valid phone number.'] } })
    const confirmed = await ask('POST', 'users/reset_phone_number_confirm/', {
      ...link,
      new_phone_number: '030 777777',
    })
    expect(confirmed.status).toBe(204)
    expect((await ask('POST', 'jwt/create/', { phone_number: '030 777777', password })).status).toBe(200)
  })

  it('takes LOGIN_FIELD for keys and new names, and either field for tokens', async () => {
    await start(database, { ...simplejwt, LOGIN_FIELD: 'email', USER_ID_FIELD: 'username' })
    const { json: created } = await signUp('anna')
    expect(created).toEqual({ username: 'anna', email: 'anna@example.com' })
    const { json: keyed } = await ask('POST', 'token/login/', { email: 'anna@example.com', password })
    const key = `Token ${String(keyed.auth_token)}`
    expect((await ask('GET', 'users/anna/', undefined, key)).json).toEqual(created)
    expect((await ask('GET', 'users/bob/', undefined, key)).status).toBe(404)
    expect((await ask('POST', 'token/login/', { username: 'anna', password })).status).toBe(400)
    for (const username of ['anna', 'anna@example.com']) {
      expect((await ask('POST', 'jwt/create/', { username, password })).status).toBe(200)
    }
    const wanted = { new_email: 'new@example.com', current_password: password }
    expect((await ask('POST', 'users/set_username/', wanted, key)).status).toBe(204)
    expect((await ask('GET', 'users/me/', undefined, key)).json).toEqual({ username: 'anna', email: 'new@example.com' })
    const again = { ...wanted, new_email: 'newer@example.com' }
    expect((await ask('POST', 'users/set_email/', again, key)).status).toBe(204)
  })

  it('reads ids and uids as Python reads integers', async () => {
    await start(database, simplejwt)
    const { json } = await signUp('anna')
    const token = await logIn('anna')
    const id = String(json.id)
    for (const written of [`00${id}`, `+${id}`, `%20${id}`, `0_${id}`]) {
      expect((await ask('GET', `users/${written}/`, undefined, token)).json, written).toEqual(json)
    }
    for (const written of [`${id}.0`, `-${id}`, `0x${id}`, '_1', '%00']) {
      expect((await ask('GET', `users/${written}/`, undefined, token)).status, written).toBe(404)
    }
    const uid = Buffer.from(id).toString('base64url')
    const tried = { uid: `${uid}\n`, token: 'x', new_password: password }
    expect((await ask('POST', 'users/reset_password_confirm/', tried)).json).toHaveProperty('token')
    expect(
      (await ask('POST', 'users/reset_password_confirm/', { ...tried, uid: uid.slice(0, 1) })).json,
    ).toHaveProperty('uid')
  })

  it('answers nothing with 5xx', async () => {
    await start(database, simplejwt)
    await signUp('anna')
    const token = await logIn('anna')
    const strange: unknown[] = [
      null,
      [],
      7,
      'x',
      true,
      { uid: {}, token: [], new_username: 'x' },
      { uid: 1e30, token: -0 },
    ]
    const values = ['\0', '\ud800', 'x'.repeat(300), '999999999999999999999999', {}, [[]], Number.MAX_VALUE, '../..']
    for (const value of values) {
      strange.push({ username: value, password: value, email: value, uid: value, token: value, refresh: value })
      strange.push({ new_password: value, current_password: value, new_username: value, uid: value, token: value })
      strange.push({ uid: 'MQ', token: value, new_password: password, new_username: 'eve' })
    }
    const paths = [
      'users/',
      'users/me/',
      'users/1/',
      'users/99999999999999999999999/',
      'users/%00/',
      'users/set_password/',
    ]
    paths.push('users/reset_password/', 'users/reset_password_confirm/', 'users/set_username/', 'users/reset_username/')
    paths.push('users/reset_username_confirm/', 'users/activation/', 'users/resend_activation/', 'jwt/create/')
    paths.push('jwt/refresh/', 'jwt/verify/', 'token/login/', 'token/logout/')
    for (const path of paths) {
      const requests = strange.flatMap((body) => [
        { method: 'POST', body },
        { method: 'PATCH', body },
      ])
      const answers = await Promise.all(requests.map(({ method, body }) => ask(method, path, body, token)))
      for (const [index, { status }] of answers.entries()) {
        expect(status, `${path} ${JSON.stringify(requests[index])}`).toBeLessThan(500)
      }
    }
  })
})
