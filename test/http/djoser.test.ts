import { describe, expect, it } from 'vitest'
import { listEvents } from '../../src/audit/event-search-store.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { app, ask, keyOf, linkTo, logIn, mailsTo, password, race, signUp, simplejwt, start } from './djoser-app.ts'

describe.each(databases)('djoser on $name', (database) => {
  it('creates one key for sixteen simultaneous logins, under COMPATIBILITY', async () => {
    await start(database, simplejwt)
    await signUp('anna')
    const keys = await Promise.all(Array.from({ length: 16 }, () => keyOf('anna')))
    expect(new Set(keys).size).toBe(1)
    expect(keys[0]).toMatch(/^[0-9a-f]{40}$/)
  })

  it('creates a key for each login, which ends like any session', async () => {
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

  it('does not let a deactivated user return with an activation link', async () => {
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
    // Nor with one that an administrator's activation has overtaken.
    await signUp('bob')
    await administer('activate', 'bob')
    await administer('deactivate', 'bob')
    expect((await ask('POST', 'users/activation/', await linkTo('bob@example.com'))).status).toBe(400)
    const before = (await mailsTo('anna@example.com')).length
    await ask('POST', 'users/resend_activation/', { email: 'anna@example.com' })
    expect(await mailsTo('anna@example.com')).toHaveLength(before)
  })

  it('confirms the address by an activation link, as the audit log says', async () => {
    const server = await start(database, { SEND_ACTIVATION_EMAIL: 'true' })
    await signUp('anna')
    expect((await ask('POST', 'users/activation/', await linkTo('anna@example.com'))).status).toBe(204)
    const { events } = await listEvents(server.app.database.read, { limit: 4 })
    expect(events.map(({ event }) => event).reverse()).toEqual([
      'account.registered',
      'account.deactivated',
      'account.activated',
      'email.verified',
    ])
  })

  it('mails links that lead to the configured front end, for one purpose only', async () => {
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

  it('requires a recent login to change an address, and ends keys when the password changes', async () => {
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

  it('records when a key was last used, and writes neither keys nor links into the log', async () => {
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
