import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { databases } from '../support/databases.ts'
import { count, createKnocker, type Knocker, PASSWORD } from '../support/login-attempts.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

const [database] = databases as [(typeof databases)[0]]
const HOME = '198.51.100.10'
const MINUTE = 60_000

let app: TestApp
let knocker: Knocker

async function start(settings: Record<string, string> = {}): Promise<void> {
  app = await startTestApp({ database, settings: { RATE_LIMITS: 'on', ...settings } })
  knocker = createKnocker(app)
}

async function tokens(username: string): Promise<{ access: string; refresh: string }> {
  await knocker.register(username, HOME)
  return JSON.parse((await knocker.logIn({ username, password: PASSWORD, from: HOME })).body)
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
})
afterEach(async () => {
  vi.useRealTimers()
  await app.close()
})

describe('a client over a limit', () => {
  it("learns so in Django REST framework's words, with the time to try again and the name of the limit", async () => {
    await start({ LIMIT_LOGIN_PER_ADDRESS: '1/1m' })
    await knocker.guess(1, () => ({}))
    vi.advanceTimersByTime(MINUTE / 4)
    const { status, body, headers } = await knocker.logIn({ username: 'victim', password: 'wrong' })
    expect([status, body]).toEqual([429, '{"detail":"Request was throttled. Expected available in 45 seconds."}'])
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'retry-after': '45',
      'ratelimit-policy': '"login-per-address";q=1;w=60',
      ratelimit: '"login-per-address";r=0;t=45',
      allow: 'POST, OPTIONS',
      'cache-control': 'no-store',
    })
    vi.advanceTimersByTime(44 * 1_000)
    expect((await knocker.logIn({ username: 'victim', password: 'wrong' })).body).toContain('in 1 second."')
  })

  it.each([
    ['nothing acceptable', { headers: { accept: 'text/html' } }, 406],
    ['the wrong method', { method: 'GET' }, 429],
    ['OPTIONS', { method: 'OPTIONS' }, 429],
    ['a broken body', { payload: '{' }, 429],
    ['a media type nobody reads', { headers: { 'content-type': 'text/plain' } }, 429],
    ['too large a body', { payload: 'x'.repeat(2_000_000) }, 429],
  ] as const)('gets its answer in the order of the contract if it sends %s', async (_, request, status) => {
    await start({ LIMIT_LOGIN_PER_ADDRESS: '1/1m' })
    await knocker.guess(1, () => ({}))
    expect((await knocker.send('/api/login/', request)).status).toBe(status)
  })

  it('learns first that a token in the header is bad, on paths that look at it', async () => {
    await start({ LIMIT_REGISTRATION_PER_ADDRESS: '1/1m' })
    await knocker.send('/register/')
    const headers = { authorization: 'Bearer nonsense' }
    expect((await knocker.send('/register/', { headers })).status).toBe(401)
    expect((await knocker.send('/register/')).status).toBe(429)
  })

  it('is named in the log once, with the address and the account, but without any typed name', async () => {
    await start()
    await knocker.register('victim', HOME)
    await knocker.guess(20, () => ({}))
    await knocker.guess(30, () => ({ username: 'my-secret-typed-as-a-name' }))
    await expect.poll(() => app.log.join('')).toContain('rate limit reached')
    const lines = app.log.flatMap((text) => text.trim().split('\n')).map((line) => JSON.parse(line))
    expect(lines.filter(({ message }) => message === 'rate limit reached')).toEqual([
      expect.objectContaining({ limit: 'login-per-address-and-account', address: '203.0.113.1', accountId: 1 }),
      expect.objectContaining({ limit: 'login-per-address-and-account', address: '203.0.113.1' }),
    ])
    expect(app.log.join('')).not.toContain('my-secret')
  })

  it('can still use its tokens: refreshing and verifying do not count', async () => {
    await start()
    const { access, refresh } = await tokens('victim')
    await knocker.guess(30, (nth) => ({ from: HOME, username: `name${nth}` }))
    expect((await knocker.logIn({ username: 'victim', password: PASSWORD, from: HOME })).status).toBe(429)
    const verified = await knocker.send('/api/token/verify/', { from: HOME, payload: { token: access } })
    const refreshed = await knocker.send('/api/token/refresh/', { from: HOME, payload: { refresh } })
    expect([verified.status, refreshed.status]).toEqual([200, 200])
  })
})

describe('registering', () => {
  it('is limited by address, on all paths together, whether it succeeds or not', async () => {
    await start()
    const paths = ['/api/register/', '/api/users/', '/api/users/register/', '/register']
    const statuses: number[] = []
    for (let nth = 0; nth < 70; nth++) {
      const payload = { username: 'taken', password: PASSWORD }
      statuses.push((await knocker.send(paths[nth % 4] ?? '', { payload })).status)
    }
    expect([count(statuses, 429), statuses.indexOf(429)]).toEqual([10, 60])
    expect((await knocker.register('somebody', HOME)).status).toBe(201)
    vi.advanceTimersByTime(60 * MINUTE)
    expect((await knocker.register('else', '203.0.113.1')).status).toBe(201)
  })
})

describe('changing the password', () => {
  const change = (access: string, old_password: string, from: string) =>
    knocker.send('/api/change-password/', {
      from,
      headers: { authorization: `Bearer ${access}` },
      payload: { old_password, new_password: 'another long secret' },
    })

  it('is refused after ten wrong old passwords for one account, from anywhere', async () => {
    await start({ ACCESS_TOKEN_LIFETIME: '5h' })
    const { access } = await tokens('victim')
    const { access: another } = await tokens('other')
    const statuses: number[] = []
    for (let nth = 0; nth < 20; nth++) statuses.push((await change(access, `wrong ${nth}`, `192.0.2.${nth}`)).status)
    expect(statuses).toEqual([...Array(10).fill(400), ...Array(10).fill(429)])
    expect((await change(access, PASSWORD, HOME)).status).toBe(429)
    expect((await change(another, PASSWORD, HOME)).status).toBe(200)
    expect((await knocker.logIn({ username: 'victim', password: PASSWORD, from: HOME })).status).toBe(200)
    vi.advanceTimersByTime(60 * MINUTE)
    expect((await change(access, PASSWORD, HOME)).status).toBe(200)
  })

  it('lets no more of a hundred simultaneous wrong ones through', async () => {
    await start()
    const { access } = await tokens('victim')
    const answers = await Promise.all(Array.from({ length: 100 }, (_, nth) => change(access, `wrong ${nth}`, HOME)))
    const statuses = answers.map(({ status }) => status)
    expect([count(statuses, 400), count(statuses, 429)]).toEqual([10, 90])
  })
})

describe('requests without a login', () => {
  /** Every path of both contracts that accepts a POST without a token. */
  async function openPaths(): Promise<string[]> {
    const { paths } = (await app.app.server.openApi()) as { paths: Record<string, { post?: { security?: unknown } }> }
    return Object.entries(paths).flatMap(([path, { post }]) =>
      post !== undefined && post.security === undefined ? [path] : [],
    )
  }

  it('are limited on every path', async () => {
    await start({ LIMIT_REQUESTS_PER_ADDRESS: '3/1m' })
    const paths = await openPaths()
    expect(paths).toEqual(expect.arrayContaining(['/token/', '/api/refresh/', '/api/v1/login', '/api/v1/refresh']))
    for (const [nth, path] of paths.entries()) {
      const from = `192.0.2.${nth}`
      const statuses: number[] = []
      for (let round = 0; round < 4; round++) statuses.push((await knocker.send(path, { from, payload: {} })).status)
      expect([path, statuses.indexOf(429)]).toEqual([path, 3])
    }
  })

  it('are counted by /64 for IPv6 addresses', async () => {
    await start({ LIMIT_REQUESTS_PER_ADDRESS: '3/1m' })
    const statuses: number[] = []
    for (let nth = 0; nth < 4; nth++) {
      statuses.push((await knocker.send('/api/login/', { payload: {}, from: `2001:db8:1:2:${nth}::${nth}` })).status)
    }
    expect(statuses).toEqual([400, 400, 400, 429])
  })

  it('are counted alone: requests with a login are not limited', async () => {
    await start({ LIMIT_REQUESTS_PER_ADDRESS: '2/1m' })
    const { access } = await tokens('victim')
    const headers = { authorization: `Bearer ${access}` }
    for (let nth = 0; nth < 5; nth++) {
      const { status } = await knocker.send('/api/users/profile/', { from: HOME, method: 'GET', headers })
      expect(status).toBe(200)
    }
  })
})

describe('with RATE_LIMITS=off', () => {
  it('nothing is counted', async () => {
    await start({ RATE_LIMITS: 'off', LIMIT_REQUESTS_PER_ADDRESS: '1/1m' })
    expect(count(await knocker.guess(40, () => ({})), 401)).toBe(40)
  })
})

describe('a limit that is off', () => {
  it('leaves the others as they are', async () => {
    await start({ LIMIT_LOGIN_PER_ADDRESS_AND_ACCOUNT: 'off' })
    expect(count(await knocker.guess(40, () => ({})), 401)).toBe(25)
  })
})

describe('in v1', () => {
  it('a client over a limit gets a problem that says so, before the body is read', async () => {
    await start({ LIMIT_LOGIN_PER_ADDRESS: '1/1m' })
    await knocker.guess(1, () => ({ path: '/api/v1/login' }))
    const { status, headers, body } = await knocker.send('/api/v1/login', { payload: '{' })
    expect(status).toBe(429)
    expect(headers).toMatchObject({
      'content-type': expect.stringContaining('application/problem+json'),
      'retry-after': '60',
      'ratelimit-policy': '"login-per-address";q=1;w=60',
      ratelimit: '"login-per-address";r=0;t=60',
    })
    expect(JSON.parse(body)).toMatchObject({ status: 429, code: 'throttled' })
  })

  it('registrations count together with those on the paths of the classic contract', async () => {
    await start({ LIMIT_REGISTRATION_PER_ADDRESS: '2/1m' })
    await knocker.send('/api/register/', { payload: {} })
    await knocker.send('/api/v1/register', { payload: {} })
    expect((await knocker.send('/api/v1/register', { payload: {} })).status).toBe(429)
  })
})
