import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { type MailedApp, PASSWORD, startMailedApp } from '../support/mailed-app.ts'

const OTHER_PASSWORD = 'another horse battery'

/** Registers somebody over v1 with a password of their own. */
async function register(at: MailedApp, username: string, email: string, password = PASSWORD): Promise<void> {
  expect(await at.post('/api/v1/register', { username, email, password })).toMatchObject({ status: 201 })
}

/** The account that is logged in to; undefined if there is none. */
async function whoIs(at: MailedApp, username: string, password = PASSWORD): Promise<string | undefined> {
  const { status, json } = await at.post('/api/v1/login', { username, password })
  if (status === 401) return undefined
  const [, claims = ''] = (json as { access_token: string }).access_token.split('.')
  const { sub } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { sub: string }
  const [account] = await at.app.app.database.read
    .selectFrom('accounts')
    .select('username')
    .where('id', '=', Number(sub))
    .execute()
  return account?.username
}

/** Follows the link of the newest email that confirms an address. */
async function confirm(at: MailedApp): Promise<void> {
  const token = (await at.mail()).findLast(({ subject }) => subject === 'Confirm your email address')?.token
  expect(await at.post('/api/v1/email-verification/confirm', { token })).toMatchObject({ status: 200 })
}

describe.each(databases)('LOGIN_WITH=username-or-email on $name', (database) => {
  let at: MailedApp

  beforeAll(async () => {
    at = await startMailedApp(database, { LOGIN_WITH: 'username-or-email' })
  })
  afterAll(() => at.close())

  it('accepts either, in all spellings of one address', async () => {
    await register(at, 'ada', 'Ada.L@Example.net')
    for (const name of ['ada', 'Ada.L@Example.net', 'ada.l@example.net', 'ADA.L@EXAMPLE.NET', ' ada.l@example.net']) {
      expect(await whoIs(at, name)).toBe('ada')
      expect(await whoIs(at, name, OTHER_PASSWORD)).toBeUndefined()
    }
    for (const name of ['ada.l@example.org', 'ada.l@ example.net', 'ada.l+x@example.net', '"ada.l"@example.net', '@']) {
      expect(await whoIs(at, name)).toBeUndefined()
    }
  })

  it.each(['/api/login/', '/api/token/', '/token/', '/api/users/authentication/'])('also at %s', async (path) => {
    const name = path.replaceAll('/', '_')
    await register(at, name, `${name}@example.net`)
    const body = { username: `${name}@example.net`, password: PASSWORD }
    expect((await at.post(path, body)).status).toBe(200)
  })

  it('gives an address that nobody has confirmed to the first account that claims it, until its owner confirms it', async () => {
    await register(at, 'first', 'shared@example.net')
    expect(await whoIs(at, 'shared@example.net')).toBe('first')
    await at.mail()
    await register(at, 'second', 'shared@example.net', OTHER_PASSWORD)
    expect(await whoIs(at, 'shared@example.net')).toBe('first')
    expect(await whoIs(at, 'shared@example.net', OTHER_PASSWORD)).toBeUndefined()
    await confirm(at)
    expect(await whoIs(at, 'shared@example.net')).toBeUndefined()
    expect(await whoIs(at, 'shared@example.net', OTHER_PASSWORD)).toBe('second')
    expect(await whoIs(at, 'first')).toBe('first')
  })

  it('gives the address to the account that confirmed it, whoever else uses it', async () => {
    await register(at, 'grace', 'grace@example.net')
    await confirm(at)
    await register(at, 'grace@example.net', 'mallory@example.org', OTHER_PASSWORD)
    expect(await whoIs(at, 'grace@example.net')).toBe('grace')
    expect(await whoIs(at, 'grace@example.net', OTHER_PASSWORD)).toBeUndefined()
  })

  it('gives a username to its owner, whoever claims it as an unconfirmed address', async () => {
    await register(at, 'hedy@example.net', '')
    await register(at, 'mallory', 'hedy@example.net', OTHER_PASSWORD)
    expect(await whoIs(at, 'hedy@example.net')).toBe('hedy@example.net')
    expect(await whoIs(at, 'hedy@example.net', OTHER_PASSWORD)).toBeUndefined()
  })

  it('counts failures of an account together, whichever of its names was typed', async () => {
    const limited = await startMailedApp(database, { LOGIN_WITH: 'username-or-email', RATE_LIMITS: 'on' })
    await register(limited, 'joan', 'joan@example.net')
    const statuses: number[] = []
    for (const username of Array.from({ length: 12 }, (_, turn) => (turn % 2 ? 'joan' : 'JOAN@example.net'))) {
      statuses.push((await limited.post('/api/v1/login', { username, password: OTHER_PASSWORD })).status)
    }
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429])
    await limited.close()
  })
})

describe.each(databases)('LOGIN_WITH=email on $name', (database) => {
  let at: MailedApp

  beforeAll(async () => {
    at = await startMailedApp(database, { LOGIN_WITH: 'email' })
  })
  afterAll(() => at.close())

  it('takes no username', async () => {
    await register(at, 'ada', 'ada@example.net')
    expect(await whoIs(at, 'ada')).toBeUndefined()
    expect(await whoIs(at, 'ada@example.net')).toBe('ada')
  })

  it.each(['/api/v1/register', '/register/'])('creates no account without an address: %s', async (path) => {
    const body = { username: `bob-${path.length}`, password: PASSWORD }
    expect(await at.post(path, body)).toMatchObject({ status: 400, text: expect.stringContaining('email') })
    expect((await at.post(path, { ...body, email: 'bob@example.net' })).status).toBe(201)
  })
})

describe.each(databases)('LOGIN_WITH=username on $name', (database) => {
  it('accepts no address, confirmed or not', async () => {
    const at = await startMailedApp(database)
    await register(at, 'ada', 'ada@example.net')
    await confirm(at)
    expect(await whoIs(at, 'ada@example.net')).toBeUndefined()
    expect(await whoIs(at, 'ada')).toBe('ada')
    await at.close()
  })
})

describe.each(databases)('one confirmed owner for each address on $name', (database) => {
  let at: MailedApp
  beforeAll(async () => {
    at = await startMailedApp(database, { LOGIN_WITH: 'email' })
  })
  beforeEach(async () => {
    await at.reset()
  })
  afterAll(() => at.close())

  const loginStatus = async (username: string, password: string) =>
    (await at.post('/api/v1/login', { username, password })).status
  const confirmBy = (token: string | undefined) => at.post('/api/v1/email-verification/confirm', { token })

  it('lets no later claim take the login away, and gives the owner of the mailbox their login', async () => {
    const email = 'shared@example.net'
    await at.post('/api/v1/register', { username: 'first', email, password: 'a first good battery' })
    const [mailOfFirst] = await at.mail()
    await at.post('/api/v1/register', { username: 'second', email, password: 'a second good battery' })
    const [mailOfSecond] = await at.mail()
    expect(await loginStatus(email, 'a first good battery')).toBe(200)
    expect(await loginStatus(email, 'a second good battery')).toBe(401)
    expect((await confirmBy(mailOfSecond?.token)).status).toBe(200)
    expect(await loginStatus(email, 'a second good battery')).toBe(200)
    expect(await loginStatus(email, 'a first good battery')).toBe(401)
    expect(await confirmBy(mailOfFirst?.token)).toMatchObject({ status: 409, json: { code: 'address_taken' } })
    expect(await loginStatus(email, 'a second good battery')).toBe(200)
  })

  it('says "confirmed" to everybody who confirms twice, or after a reset', async () => {
    await at.post('/api/v1/register', { username: 'ann', email: 'ann@example.net', password: 'a first good battery' })
    const [verification] = await at.mail()
    await at.post('/api/v1/password-reset', { email: 'ann@example.net' })
    const [reset] = await at.mail()
    const body = { token: reset?.token, password: 'a second good battery' }
    expect((await at.post('/api/v1/password-reset/confirm', body)).status).toBe(200)
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => confirmBy(verification?.token)))
    expect(outcomes.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  })
})
