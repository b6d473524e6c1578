import { describe, expect, it, onTestFinished } from 'vitest'
import { aCommandLine } from '../support/command-line.ts'
import { databases, type TestDatabase } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { aRecordedDjango, DJANGO_PASSWORD } from '../support/recorded-django.ts'
import { addTotp, challengeFor, complete, logInWith, post } from '../support/second-factors.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { logIn } from '../support/v1-client.ts'

const [annas, bens, nobodys] = ['a1', 'b2', 'c3'].map((pair) => pair.repeat(20))

async function start(database: TestDatabase, settings: Record<string, string>) {
  const app = await startTestApp({ database, settings })
  onTestFinished(() => app.close())
  const line = aCommandLine({ databaseUrl: app.databaseUrl, environment: settings })
  const django = aRecordedDjango('auth_user')
  django.run(`
    create table authtoken_token (key varchar(40) primary key, created datetime not null, user_id integer not null unique);
    insert into authtoken_token values ('${annas}', '2020-01-02 03:04:05.678', 1), ('${bens}', '2020-01-02 03:04:05', 2),
      ('${nobodys}', '2020-01-02 03:04:05', 999), ('not a key', '2020-01-02 03:04:05', 3);`)
  const run = (...more: string[]) =>
    line.run('import', 'django', '--from', `sqlite:${django.path}`, '--on-unverifiable-hash', 'keep', ...more)
  return { app, django, run }
}

const me = async (app: TestApp, key = '') =>
  sendJson(app.url, 'GET', '/auth/users/me/', { headers: { authorization: `Token ${key}` } })

describe.each(databases)('the keys of a Django project on $name', (database) => {
  it('keep their users logged in, and stay the same at the next login under COMPATIBILITY', async () => {
    const { app, django, run } = await start(database, { DJOSER: 'true', COMPATIBILITY: 'simplejwt' })
    expect((await run('--dry-run')).out).toContain('Keys: 3.')
    expect((await me(app, annas)).status).toBe(401)
    expect((await run()).out).toContain('Keys: 2.')
    expect((await me(app, annas)).json).toMatchObject({ username: 'anna' })
    expect((await me(app, bens)).json).toEqual({ detail: 'User inactive or deleted.' })
    expect((await me(app, nobodys)).json).toEqual({ detail: 'Invalid token.' })
    const stored = JSON.stringify(await app.app.database.read.selectFrom('sessions').selectAll().execute())
    expect(stored).not.toContain(annas)
    const { json } = await sendJson(app.url, 'POST', '/auth/token/login/', {
      body: { username: 'anna', password: DJANGO_PASSWORD },
    })
    expect(json).toEqual({ auth_token: annas })
    await run()
    expect((await me(app, annas)).status).toBe(200)
    // Logged out in Django, which deleted the key.
    django.run(`delete from authtoken_token where user_id = 1`)
    await run()
    expect((await me(app, annas)).status).toBe(401)
  })

  it('that end here stay ended, and expire like sessions without COMPATIBILITY', async () => {
    const { app, run } = await start(database, { DJOSER: 'true' })
    await run()
    expect((await me(app, annas)).status).toBe(200)
    const headers = { authorization: `Token ${annas}` }
    const change = await sendJson(app.url, 'PATCH', '/auth/users/me/', { body: { email: 'new@example.org' }, headers })
    expect(change.status).toBe(403)
    const [row] = await app.app.database.read
      .selectFrom('sessions')
      .select(['sealed_key', 'expires_at'])
      .where('account_id', '=', 1)
      .execute()
    expect(row).toMatchObject({ sealed_key: null, expires_at: expect.anything() })
    expect((await sendJson(app.url, 'POST', '/auth/token/logout/', { headers })).status).toBe(204)
    await run()
    expect((await me(app, annas)).status).toBe(401)
  })

  it('and another import do not get around a factor that an account has set up here', async () => {
    const { app, django, run } = await start(database, { DJOSER: 'true', TRUSTED_DEVICE_LIFETIME: '30d' })
    await run()
    const phone = await addTotp(app, (await logIn(app, 'anna')).access_token)
    const trusting = { factor: 'totp', code: phone.code(), trust_device: true }
    const trusted = await complete(app, await challengeFor(app, 'anna'), trusting)
    const { device_token } = trusted.json as { device_token: string }
    const waiting = await challengeFor(app, 'anna')
    // In Django: a new password and, with it alone, a new key.
    const [fresh] = ['d4'].map((pair) => pair.repeat(20))
    django.run(`
      update auth_user set password = (select password from auth_user where id = 3), first_name = 'Annabel' where id = 1;
      delete from authtoken_token where user_id = 1;
      insert into authtoken_token values ('${fresh}', '2026-01-02 03:04:05', 1);`)
    await run()
    expect((await app.app.accounts.find('anna'))?.firstName).toBe('Annabel')
    expect((await me(app, fresh)).status).toBe(401)
    const login = await post(app, '/login', { username: 'anna', password: DJANGO_PASSWORD, device_token })
    expect(login.json).toMatchObject({ code: 'second_factor_required', factors: ['totp'] })
    app.clock.advance(30_000)
    expect((await complete(app, waiting, { factor: 'totp', code: phone.code() })).status).toBe(401)
    expect((await logInWith(app, 'anna', phone)).access_token).toBeTruthy()
  })

  it('are not imported if no view accepts them, and the report says so', async () => {
    const { app, run } = await start(database, { COMPATIBILITY: 'simplejwt' })
    expect((await run()).out).toContain('Set DJOSER=true to import them')
    const sessions = app.app.database.read.selectFrom('sessions').select('id')
    expect(await sessions.where('key_digest', 'is not', null).execute()).toEqual([])
  })
})
