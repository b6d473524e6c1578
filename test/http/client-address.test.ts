import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { send } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { anyDatabase } from './signed-in-app.ts'

type Headers = [string, string][]

async function start(settings: Record<string, string> = {}): Promise<TestApp> {
  const app = await startTestApp({ database: anyDatabase, settings })
  onTestFinished(() => app.close())
  return app
}

const shared = new Map<string, Promise<TestApp>>()
afterAll(async () => {
  for (const app of shared.values()) await (await app).close()
})

/** One server for all tests that only ask what an address is. */
function behind(trustedProxies: string): Promise<TestApp> {
  const app =
    shared.get(trustedProxies) ?? startTestApp({ database: anyDatabase, settings: { TRUSTED_PROXIES: trustedProxies } })
  shared.set(trustedProxies, app)
  return app
}

/** What the log says after a request with these headers over the loopback. */
async function addressSeen(app: TestApp, headers: Headers): Promise<string> {
  const { headers: told } = await send(app.url, { method: 'GET', path: '/healthz', headers })
  const own = `"requestId":"${told['x-request-id']?.[0]}"`
  await expect.poll(() => app.log.join('')).toContain(own)
  const lines = app.log.join('').split('\n')
  return (JSON.parse(lines.find((text) => text.includes(own)) ?? '{}') as { address: string }).address
}

/** How often the log has warned of something. */
const warnings = (app: TestApp, about: RegExp) =>
  app.log
    .join('')
    .split('\n')
    .filter((line) => line.includes('"level":40') && about.test(line)).length

const claims: Headers = [
  ['forwarded', 'for=9.9.9.9'],
  ['x-real-ip', '9.9.9.9'],
  ['client-ip', '9.9.9.9'],
  ['cf-connecting-ip', '9.9.9.9'],
]

describe('the address that a request counts under', () => {
  it('is that of the connection unless it is a known proxy', async () => {
    const app = await start({ TRUSTED_PROXIES: '10.0.0.0/8, fd00::/8' })
    expect(await addressSeen(app, [['x-forwarded-for', '9.9.9.9'], ...claims])).toBe('127.0.0.1')
  })

  it.each([
    ['1.1.1.1', '1.1.1.1'],
    ['9.9.9.9, 1.1.1.1', '1.1.1.1'],
    ['9.9.9.9,  2001:db8::1', '2001:db8::1'],
    ['::ffff:1.1.1.1', '1.1.1.1'],
    ['::FFFF:101:101', '1.1.1.1'],
    ['1.1.1.1:80', '1.1.1.1'],
    ['1.1.1.1:65535', '1.1.1.1'],
    ['9.9.9.9:1, 1.1.1.1:2', '1.1.1.1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['[2001:DB8:0:0::1]:443', '2001:db8::1'],
    ['2001:db8:0:0:0:0:0:1:443', '2001:db8::1'],
    ['"[2001:db8::1]:443"', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['"1.1.1.1"', '1.1.1.1'],
    ['9.9.9.9, 1.1.1.1,', '1.1.1.1'],
    [',1.1.1.1 , ,', '1.1.1.1'],
  ])('is what a trusted proxy has seen, however it is written: %s', async (value, seen) => {
    const app = await behind('127.0.0.0/8')
    expect(await addressSeen(app, [...claims, ['x-forwarded-for', value]])).toBe(seen)
    expect(warnings(app, /proxy/i)).toBe(0)
  })

  it.each([
    ['for=1.1.1.1', '1.1.1.1'],
    ['for=9.9.9.9, for=1.1.1.1;proto=https;by=10.0.0.1', '1.1.1.1'],
    ['FOR = "1.1.1.1:4711"', '1.1.1.1'],
    ['proto=http;For="[2001:db8:cafe::17]:4711"', '2001:db8:cafe::17'],
    ['for="[2001:db8::1]:_port"', '2001:db8::1'],
    ['for=9.9.9.9;host="a,b;for=8.8.8.8", for="1.1.1.1"', '1.1.1.1'],
  ])('is read from Forwarded (RFC 7239) if there is no X-Forwarded-For: %s', async (value, seen) => {
    const app = await behind('127.0.0.0/8')
    expect(await addressSeen(app, [['forwarded', value]])).toBe(seen)
  })

  it('is read from Forwarded alone if the proxies send that', async () => {
    const app = await start({ TRUSTED_PROXIES: '127.0.0.1', FORWARDED_HEADER: 'forwarded' })
    const claim: [string, string] = ['x-forwarded-for', '9.9.9.9']
    expect(await addressSeen(app, [claim, ['forwarded', 'for=1.1.1.1']])).toBe('1.1.1.1')
    expect(await addressSeen(app, [claim])).toBe('127.0.0.1')
  })

  it.each([
    // Of several trusted proxies in a row the first one knows the client.
    ['1.1.1.1, 10.0.0.5', '1.1.1.1'],
    ['9.9.9.9, 1.1.1.1, 10.0.0.5, 10.0.0.6:8080', '1.1.1.1'],
    ['1.1.1.1, [fd00::7]:443', '1.1.1.1'],
    // Not a proxy of ours: nobody can trust what it says about others.
    ['9.9.9.9, 192.168.0.1, 10.0.0.5', '192.168.0.1'],
    // A program in our own network.
    ['10.0.0.9, 10.0.0.5', '10.0.0.9'],
    ['1.1.1.1, unknown, 10.0.0.5', '10.0.0.5'],
  ])('is found behind several trusted proxies: %s', async (value, seen) => {
    const app = await behind('127.0.0.1, 10.0.0.0/8, fd00::/8')
    expect(await addressSeen(app, [['x-forwarded-for', value]])).toBe(seen)
  })

  it('joins several headers into one', async () => {
    const app = await start({ TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8' })
    const values = ['9.9.9.9', '1.1.1.1', '10.0.0.5'].map((value): [string, string] => ['x-forwarded-for', value])
    expect(await addressSeen(app, values)).toBe('1.1.1.1')
  })

  it.each([
    'a',
    'unknown',
    '_hidden',
    '01.1.1.1',
    '1.1.1.1 2.2.2.2',
    '[1.1.1.1]',
    '1.1.1.1/32',
    '1.1.1',
    '[::1',
    '::g',
  ])('is the proxy if the header names no address (%s), and the log says so once', async (junk) => {
    const app = await start({ TRUSTED_PROXIES: '127.0.0.1' })
    for (let nth = 0; nth < 3; nth++) expect(await addressSeen(app, [['x-forwarded-for', junk]])).toBe('127.0.0.1')
    expect(await addressSeen(app, [['x-forwarded-for', `1.1.1.1, ${junk}`]])).toBe('127.0.0.1')
    expect(warnings(app, /127\.0\.0\.1 forwards requests without a readable client address/)).toBe(1)
  })

  it.each([
    ['x-forwarded-for', '1.1.1.1'],
    ['forwarded', 'for=1.1.1.1'],
    ['x-real-ip', '1.1.1.1'],
  ])(
    'causes one warning that all clients share it, if a private address that is not trusted sends %s',
    async (name, value) => {
      const app = await start()
      await addressSeen(app, [])
      expect(warnings(app, /TRUSTED_PROXIES/)).toBe(0)
      for (let nth = 0; nth < 3; nth++) expect(await addressSeen(app, [[name, value]])).toBe('127.0.0.1')
      expect(warnings(app, /TRUSTED_PROXIES does not name 127\.0\.0\.1/)).toBe(1)
    },
  )
})
