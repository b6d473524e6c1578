import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { databases } from '../support/databases.ts'
import { type Attempt, count, createKnocker, type Knocker, PASSWORD } from '../support/login-attempts.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

const [database] = databases as [(typeof databases)[0]]
const ATTACKER = '203.0.113.66'
const PROXY = '10.0.0.5'

let app: TestApp
let knocker: Knocker

/** One server for the tests of a group. None of them finds what the previous one has counted. */
function startOnce(settings: Record<string, string> = {}): void {
  beforeAll(() => start(settings))
  beforeEach(() => {
    vi.advanceTimersByTime(3_600_000)
  })
  afterAll(async () => {
    vi.useRealTimers()
    await app.close()
  })
}

async function start(settings: Record<string, string>): Promise<void> {
  vi.useFakeTimers({ toFake: ['Date'] })
  app = await startTestApp({ database, settings: { RATE_LIMITS: 'on', ...settings } })
  knocker = createKnocker(app)
  await knocker.register('victim.one', '198.51.100.10')
}

/** How many of 40 wrong logins are checked, each with its variation of what the limit could be keyed by. */
async function lookedInto(vary: (nth: number) => Partial<Attempt>): Promise<number> {
  const statuses = await knocker.guess(40, (nth) => ({ username: 'victim.one', from: ATTACKER, ...vary(nth) }))
  expect(statuses.filter((status) => ![400, 401, 404, 429].includes(status))).toEqual([])
  return count(statuses, 401)
}

const oneOf =
  <T>(...choices: T[]) =>
  (nth: number) =>
    choices[nth % choices.length] as T

describe('the limit on guessing one account from one address cannot be evaded', () => {
  startOnce()

  const spelling = oneOf(
    'victim.one',
    'VICTIM.ONE',
    'Victim.One',
    ' victim.one ',
    'ｖｉｃｔｉｍ.one',
    'vic\u00adtim.one',
    'victim\u200b.one',
    'victim\ufe0f.one',
    'v\u0131ctim.one',
  )
  const path = oneOf(
    '/api/login/',
    '/api/login',
    '/api/token/',
    '/token',
    '/api/users/authentication/?next=1',
    '/api/v1/login',
    '/api/v1/login/',
  )
  const forged = oneOf('x-forwarded-for', 'forwarded', 'x-real-ip', 'client-ip', 'cf-connecting-ip', 'x-client-ip')

  it.each<[string, (nth: number) => Partial<Attempt>]>([
    ['another spelling of the name', (nth) => ({ username: spelling(nth) })],
    ['another path to the same thing', (nth) => ({ path: path(nth) })],
    ['a query', (nth) => ({ path: `/api/login/?attempt=${nth}` })],
    ['a header that claims another address', (nth) => ({ headers: { [forged(nth)]: `192.0.2.${nth}` } })],
    ['a list of addresses', (nth) => ({ headers: { 'x-forwarded-for': `192.0.2.${nth}, 127.0.0.1, ::1` } })],
    ['another user agent', (nth) => ({ headers: { 'user-agent': `browser/${nth}` } })],
    ['a token', (nth) => ({ headers: { authorization: `Bearer ${nth}` } })],
    ['more members in the body', (nth) => ({ extra: { email: `${nth}@example.org`, user_id: nth, ip: `${nth}` } })],
    [
      'another media type',
      (nth) => ({
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: `username=victim.one&password=wrong${nth}`,
      }),
    ],
    [
      'a member twice',
      (nth) => ({ payload: `{"username":"${nth}","password":"wrong","\\u0075sername":"victim.one"}` }),
    ],
  ])('by %s', async (_, vary) => {
    expect(await lookedInto(vary)).toBe(10)
  })

  it.each(['/API/login/', '/api//login/', '//api/login/', '/api/login//', '/api/%6cogin/%2f', '/api/login/;x'])(
    'by the path %s, which logs nobody in',
    async (strange) => {
      const { status } = await knocker.logIn({ username: 'victim.one', password: PASSWORD, path: strange })
      expect(status).toBe(404)
    },
  )

  it('by escaped letters in the path', async () => {
    expect(await lookedInto(oneOf({ path: '/api/%6cogin/' }, { path: '/%61pi/token/' }))).toBe(10)
  })

  it('by using all addresses of one IPv6 network', async () => {
    const from = (nth: number) => ({ from: `2001:db8:1:2:${nth.toString(16)}::${nth.toString(16)}` })
    expect(await lookedInto(from)).toBe(10)
    expect(await lookedInto((nth) => ({ from: `2001:0DB8:0001:0003::${nth}` }))).toBe(10)
  })

  it('by an IPv4 address in the form of IPv6', async () => {
    expect(await lookedInto(oneOf({ from: ATTACKER }, { from: `::ffff:${ATTACKER}` }))).toBe(10)
  })

  it('by requests that are malformed and so do not count as attempts', async () => {
    const faulty = await knocker.guess(30, () => ({ from: ATTACKER, payload: '{' }))
    expect(count(faulty, 400)).toBe(30)
    expect(await lookedInto(() => ({}))).toBe(10)
  })
})

describe('if names that differ by case are different names', () => {
  startOnce({ USERNAME_CASE_SENSITIVE: 'true' })

  it('each of them counts for itself, up to the limit of the address', async () => {
    const spelling = oneOf('victim.one', 'VICTIM.ONE')
    expect(await lookedInto((nth) => ({ username: spelling(nth) }))).toBe(20)
  })
})

describe('behind a trusted proxy', () => {
  startOnce({ TRUSTED_PROXIES: `${PROXY}, 10.0.1.0/24` })

  const via = (nth: number, forwarded: string) => ({ from: PROXY, headers: { 'x-forwarded-for': forwarded }, nth })

  it('the address that counts is the one that the proxy saw, whatever was written before it', async () => {
    expect(await lookedInto((nth) => via(nth, `192.0.2.${nth}, ${ATTACKER}`))).toBe(10)
    const { status } = await knocker.logIn({
      username: 'victim.one',
      password: PASSWORD,
      ...via(0, `${ATTACKER}, 198.51.100.99`),
    })
    expect(status).toBe(200)
  })

  it('behind several trusted proxies it is the one that the first of them saw, whatever was written before it', async () => {
    expect(await lookedInto((nth) => via(nth, `192.0.2.${nth}, ${ATTACKER}, 10.0.1.7:4711`))).toBe(10)
    expect(await lookedInto((nth) => via(nth, `${ATTACKER}, 192.0.2.${nth % 2}, 10.0.1.7, 10.0.1.8`))).toBe(20)
  })

  it('spellings of one address are one', async () => {
    const spelling = oneOf('2001:db8:1:2::1', '2001:DB8:1:2:0::1', '2001:0db8:0001:0002:ffff::9')
    expect(await lookedInto((nth) => via(nth, spelling(nth)))).toBe(10)
  })

  it('text that is not an address counts as the proxy', async () => {
    expect(await lookedInto((nth) => via(nth, `unknown-${nth}`))).toBe(10)
  })

  it('two clients are two', async () => {
    expect(await lookedInto((nth) => via(nth, `192.0.2.${nth % 2}`))).toBe(20)
  })

  it('a client that does not come through the proxy cannot choose an address', async () => {
    expect(await lookedInto((nth) => ({ headers: { 'x-forwarded-for': `192.0.2.${nth}` } }))).toBe(10)
  })
})
