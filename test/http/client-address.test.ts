import { describe, expect, it } from 'vitest'
import { send } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { anyDatabase } from './signed-in-app.ts'

describe('the address a request is counted under', () => {
  /** What the log says when a request came with these headers over the loopback. */
  async function addressSeen(app: TestApp, headers: [string, string][]): Promise<string> {
    const { headers: told } = await send(app.url, { method: 'GET', path: '/healthz', headers })
    const own = `"requestId":"${told['x-request-id']?.[0]}"`
    await expect.poll(() => app.log.join('')).toContain(own)
    const line =
      app.log
        .join('')
        .split('\n')
        .find((text) => text.includes(own)) ?? '{}'
    return (JSON.parse(line) as { address: string }).address
  }

  const claims: [string, string][] = [
    ['forwarded', 'for=9.9.9.9'],
    ['x-real-ip', '9.9.9.9'],
    ['client-ip', '9.9.9.9'],
    ['cf-connecting-ip', '9.9.9.9'],
  ]

  it('is that of the connection unless it is a proxy we know', async () => {
    const app = await startTestApp({ database: anyDatabase, settings: { TRUSTED_PROXIES: '10.0.0.0/8, fd00::/8' } })
    expect(await addressSeen(app, [['x-forwarded-for', '9.9.9.9'], ...claims])).toBe('127.0.0.1')
    await app.close()
  })

  it('is what such a proxy has seen itself, whatever stands before it', async () => {
    const app = await startTestApp({ database: anyDatabase, settings: { TRUSTED_PROXIES: '127.0.0.0/8' } })
    const seen = (...values: string[]) =>
      addressSeen(app, [...claims, ...values.map((value): [string, string] => ['x-forwarded-for', value])])
    expect(await seen('1.1.1.1')).toBe('1.1.1.1')
    expect(await seen('9.9.9.9, 127.0.0.1, 1.1.1.1')).toBe('1.1.1.1')
    expect(await seen('9.9.9.9', '1.1.1.1')).toBe('1.1.1.1')
    expect(await seen('9.9.9.9,  2001:db8::1')).toBe('2001:db8::1')
    expect(await seen('::ffff:1.1.1.1')).toBe('1.1.1.1')
    for (const junk of ['', 'a', 'unknown', '1.1.1.1,', '1.1.1.1:80', '[2001:db8::1]', '01.1.1.1', '1.1.1.1 2.2.2.2']) {
      expect(await seen(junk)).toBe('127.0.0.1')
    }
    expect(await seen()).toBe('127.0.0.1')
    await app.close()
  })
})
