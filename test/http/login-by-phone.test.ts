import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { type JsonAnswer, sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, logIn, PASSWORD } from '../support/v1-client.ts'

let nth = 0
/** A number that no account has yet, as E.164. */
const aNumber = () => `+4930${100_000 + nth++}`

const faultsOf = ({ json }: JsonAnswer) =>
  (json as { errors?: { field: string; fault: string }[] }).errors?.map(({ field, fault }) => `${field}: ${fault}`)

describe.each(databases)('LOGIN_WITH=phone on $name', (database) => {
  let app: TestApp

  beforeAll(async () => {
    app = await startTestApp({ database, settings: { LOGIN_WITH: 'phone', DEFAULT_PHONE_REGION: 'DE' } })
  })
  afterAll(() => app.close())

  const register = (body: object) =>
    sendJson(app.url, 'POST', '/api/v1/register', { body: { password: PASSWORD, ...body } })
  const classicLogin = (username: string, password = PASSWORD) =>
    sendJson(app.url, 'POST', '/api/token/', { body: { username, password } })

  it('lets users log in with their number in every form, on both contracts, and with nothing else', async () => {
    const created = await register({ phone_number: '030 / 99 88 77', email: 'kim@example.org' })
    expect([created.status, created.json]).toEqual([
      201,
      expect.objectContaining({ username: 'kim', phone_number: '030 / 99 88 77' }),
    ])
    for (const typed of ['030998877', '+49 (0)30 998877', '0049 30 99-88-77', ' +4930998877 ']) {
      expect((await logIn(app, typed)).access_token).toBeDefined()
      expect((await classicLogin(typed)).status).toBe(200)
    }
    for (const typed of ['kim', 'kim@example.org', '998877', '+4930998878']) {
      expect((await classicLogin(typed)).status).toBe(401)
    }
    expect((await classicLogin('030998877', 'wrong')).status).toBe(401)
  })

  it('requires a number that can be called, and that no account has', async () => {
    const number = aNumber()
    expect((await register({ phone_number: number })).status).toBe(201)
    expect(faultsOf(await register({ phone_number: number.replace('+49', '0') }))).toEqual([
      'phone_number: phone_number_taken',
    ])
    expect(faultsOf(await register({ phone_number: 'call me' }))).toEqual(['phone_number: invalid_phone_number'])
    expect(faultsOf(await register({ username: 'nobody' }))).toEqual(['phone_number: required'])
    const classic = (body: object) => sendJson(app.url, 'POST', '/api/register/', { body: { email: '', ...body } })
    const person = { username: 'classic', password: PASSWORD }
    expect((await classic(person)).json).toEqual({ phone_number: ['This field is required.'] })
    expect((await classic({ ...person, phone_number: number })).json).toEqual({
      phone_number: ['A user with that phone number already exists.'],
    })
    expect((await classic({ ...person, phone_number: 'x' })).json).toEqual({
      phone_number: ['Enter a valid phone number.'],
    })
    expect((await classic({ ...person, phone_number: aNumber() })).status).toBe(201)
  })

  it('gives a number to one of sixteen accounts that want it at once', async () => {
    const number = aNumber()
    const answers = await Promise.all(Array.from({ length: 16 }, () => register({ phone_number: number })))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    for (const answer of answers.filter(({ status }) => status !== 201)) {
      expect(faultsOf(answer)).toEqual(['phone_number: phone_number_taken'])
    }
  })

  it('lets users change their number, but not to that of another account', async () => {
    const [mine, theirs, next] = [aNumber(), aNumber(), aNumber()]
    await register({ phone_number: mine })
    await register({ phone_number: theirs })
    const { access_token: token } = await logIn(app, mine)
    const change = (phone_number: string) => sendJson(app.url, 'PATCH', '/api/v1/me', { token, body: { phone_number } })
    expect(faultsOf(await change(theirs))).toEqual(['phone_number: phone_number_taken'])
    expect(faultsOf(await change('x'))).toEqual(['phone_number: invalid_phone_number'])
    expect((await change(next)).status).toBe(200)
    expect((await classicLogin(next)).status).toBe(200)
    expect((await classicLogin(mine)).status).toBe(401)
  })

  it('gives every account its own username, although sixteen have the same address', async () => {
    const people = Array.from({ length: 16 }, () => ({ phone_number: aNumber(), email: 'same@example.org' }))
    const answers = await Promise.all(people.map(register))
    const names = answers.map(({ json }) => (json as { username: string }).username)
    expect(new Set(names).size).toBe(16)
    for (const name of names) expect(name).toMatch(/^same(-\d+)?$/)
  })

  it('derives a username that does not read as another account’s number', async () => {
    const number = aNumber()
    await register({ phone_number: number })
    const local = number.replace('+49', '0')
    const created = await register({ phone_number: aNumber(), email: `${local}@example.org` })
    expect(created.status).toBe(201)
    expect((created.json as { username: string }).username).toMatch(new RegExp(`^${local}-\\d+$`))
  })

  it('understands numbers that were typed before the region was set', async () => {
    await addAccount(app, 'early', { phoneNumber: '020 79460000' })
    expect((await classicLogin('+44 20 7946 0000')).status).toBe(401)
    const moved = await app.restart({ DEFAULT_PHONE_REGION: 'GB' })
    expect(
      (
        await sendJson(moved.url, 'POST', '/api/token/', {
          body: { username: '+44 20 7946 0000', password: PASSWORD },
        })
      ).status,
    ).toBe(200)
    app = await moved.restart({ DEFAULT_PHONE_REGION: 'DE' })
  })
})

describe.each(databases)('LOGIN_WITH=username,phone on $name', (database) => {
  let app: TestApp

  beforeAll(async () => {
    app = await startTestApp({
      database,
      settings: { LOGIN_WITH: 'username, phone', DEFAULT_PHONE_REGION: 'DE', DJOSER: 'true' },
    })
  })
  afterAll(() => app.close())

  it('gives the login of a number to one of sixteen that claim it at once, as number or as username', async () => {
    const number = aNumber()
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, turn) => {
        const named = { username: number.replace('+49', '0'), password: PASSWORD }
        const called = { username: `claimant-${turn}-${number.slice(-4)}`, phone_number: number, password: PASSWORD }
        return sendJson(app.url, 'POST', '/api/v1/register', { body: turn % 2 === 0 ? named : called })
      }),
    )
    const ids = answers.map(({ status, json }) => (status === 201 ? Number((json as { id: string }).id) : undefined))
    const [named, called] = [0, 1].map((kind) => ids.find((id, turn) => id !== undefined && turn % 2 === kind))
    expect(called).toBeDefined()
    // A username that reads as the number exists only if it came first, and then the login is its own.
    if (named !== undefined) expect(named).toBeLessThan(called ?? 0)
    const { access_token: token } = await logIn(app, number.replace('+49', '0'))
    const owner = (await sendJson(app.url, 'GET', '/api/v1/me', { token })).json as { id: string }
    expect(Number(owner.id)).toBe(named ?? called)
  })

  it('lets nobody take another account’s login with a username that reads as its number', async () => {
    const number = aNumber()
    const first = await addAccount(app, 'owner', { phoneNumber: number })
    const body = { username: number.replace('+49', '0'), password: PASSWORD }
    expect(faultsOf(await sendJson(app.url, 'POST', '/api/v1/register', { body }))).toEqual([
      'username: username_taken',
    ])
    expect((await sendJson(app.url, 'POST', '/api/users/', { body })).json).toEqual({
      username: ['A user with that username already exists.'],
    })
    for (const typed of ['owner', number]) {
      const { access_token: token } = await logIn(app, typed)
      expect((await sendJson(app.url, 'GET', '/api/v1/me', { token })).json).toMatchObject({ id: first.id })
    }
  })

  it('lets nobody choose a username that reads as another account’s number', async () => {
    const number = aNumber()
    await addAccount(app, 'called', { phoneNumber: number })
    await addAccount(app, 'renamer')
    const { access_token: token } = await logIn(app, 'renamer')
    const body = { new_username: number.replace('+49', '0'), current_password: PASSWORD }
    expect((await sendJson(app.url, 'POST', '/auth/users/set_username/', { token, body })).json).toEqual({
      new_username: ['A user with that username already exists.'],
    })
  })

  it('needs a username', async () => {
    const body = { phone_number: aNumber(), password: PASSWORD }
    expect(faultsOf(await sendJson(app.url, 'POST', '/api/v1/register', { body }))).toEqual(['username: required'])
  })
})

describe.each(databases)('phone numbers that are not used to log in, on $name', (database) => {
  let app: TestApp

  beforeAll(async () => {
    app = await startTestApp({ database })
  })
  afterAll(() => app.close())

  it('may be any text and belong to several accounts', async () => {
    for (const username of ['one', 'two']) {
      const body = { username, email: '', password: PASSWORD, phone_number: 'ask my mother' }
      expect((await sendJson(app.url, 'POST', '/api/register/', { body })).status).toBe(201)
    }
  })
})

describe.each(databases)('USERNAME_FIELD=phone_number on $name', (database) => {
  let app: TestApp

  beforeAll(async () => {
    app = await startTestApp({ database, settings: { USERNAME_FIELD: 'phone_number', DEFAULT_PHONE_REGION: 'DE' } })
  })
  afterAll(() => app.close())

  const post = (path: string, body: object) => sendJson(app.url, 'POST', path, { body })

  it('makes the classic paths take and report the number, and no username', async () => {
    const phone_number = '030 55667788'
    const body = { phone_number, password: 'a good battery 7' }
    const created = await post('/api/register/', body)
    expect([created.status, created.json]).toEqual([201, { phone_number, email: '' }])
    for (const typed of [phone_number, '+493055667788', '0049 30 55667788']) {
      const answer = await post('/api/token/', { ...body, phone_number: typed })
      expect(answer.status).toBe(200)
      const { access: token } = answer.json as { access: string }
      const profile = await sendJson(app.url, 'GET', '/api/users/profile/', { token })
      expect(profile.json).toEqual({
        id: expect.any(Number),
        phone_number,
        email: '',
        first_name: '',
        last_name: '',
      })
    }
    expect((await post('/api/token/', { username: phone_number, password: body.password })).json).toEqual({
      phone_number: ['This field is required.'],
    })
    for (const path of ['/api/register/', '/api/users/', '/register/']) {
      expect([path, (await post(path, body)).json]).toEqual([
        path,
        { phone_number: ['A user with that phone number already exists.'] },
      ])
      expect([path, (await post(path, { password: body.password })).json]).toEqual([
        path,
        { phone_number: ['This field is required.'] },
      ])
    }
    const full = { ...body, phone_number: aNumber(), password2: body.password, first_name: 'A', last_name: 'B' }
    expect((await post('/api/users/register/', full)).json).toEqual({
      ...{ phone_number: full.phone_number, email: '', first_name: 'A', last_name: 'B' },
    })
  })
})
