import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rawRequest } from '../support/raw-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { anyDatabase } from './signed-in-app.ts'

const PATHS = ['/dev/mailbox', '/dev/mailbox.json', '/dev/manual', '/dev/manual-text/settings.md', '/docs/', '/metrics']

const OURS = ['127.0.0.1:8000', '127.8.9.1', '[::1]:8000', 'localhost', 'LOCALHOST:1', 'localhost.', 'app.localhost:1']

const FOREIGN = [
  ...['evil.test', 'evil.test:8000', 'latchkey:8000', 'auth.example.org', '10.0.0.7', '192.168.1.9:8000', '0.0.0.0'],
  ...['127.0.0.1.evil.test', 'localhost.evil.test', 'notlocalhost', 'localhost@evil.test', 'evil.test#localhost'],
  ...['127.0.0.1@evil.test', '[2001:db8::1]', 'localhost:8000.evil.test', 'localhost evil.test', ''],
]

describe('the pages for developers', () => {
  let app: TestApp
  beforeAll(async () => {
    app = await startTestApp({
      database: anyDatabase,
      settings: { DEBUG: 'true', DEBUG_ON_PUBLIC_URL: 'true', PUBLIC_URL: 'http://auth.example.org' },
    })
  })
  afterAll(() => app.close())

  async function statusOf(path: string, ...lines: string[]): Promise<string | undefined> {
    const { statusLine } = await rawRequest(app.url, `GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
    return statusLine.split(' ')[1]
  }

  it.each(PATHS)('has %s for requests to this machine', async (path) => {
    for (const host of OURS) expect([host, await statusOf(path, `Host: ${host}`)]).toEqual([host, '200'])
  })

  it.each(PATHS)(
    'does not serve %s under any other name, so that no website can read it by pointing its own name here',
    async (path) => {
      for (const host of FOREIGN) expect([host, await statusOf(path, `Host: ${host}`)]).toEqual([host, '404'])
    },
  )

  it.each([
    'X-Forwarded-Host: evil.test',
    'X-Forwarded-Host: localhost, evil.test',
    'Forwarded: for=192.0.2.1;host=evil.test',
    'Forwarded: for=192.0.2.1; Host="evil.test:443"',
    'Forwarded: host=localhost, host=evil.test',
  ])('does not exist for a proxy that forwards the name of another machine: %s', async (line) => {
    expect(await statusOf('/dev/mailbox.json', 'Host: localhost', line)).toBe('404')
  })

  it('exist behind a proxy on this machine', async () => {
    const lines = ['X-Forwarded-Host: localhost:5173', 'Forwarded: host="app.localhost:5173"']
    expect(await statusOf('/dev/mailbox.json', 'Host: 127.0.0.1', ...lines)).toBe('200')
  })

  it('are not mentioned to others, who get the page for everybody', async () => {
    const pageFor = async (host: string) =>
      rawRequest(app.url, `GET / HTTP/1.1\r\nHost: ${host}\r\nAccept: text/html,*/*\r\n\r\n`)
    expect((await pageFor('localhost')).body.toString()).toContain('"is_development":true')
    expect((await pageFor('auth.example.org')).statusLine).toContain('302')
    const signIn = `GET /sign-in/ HTTP/1.1\r\nHost: auth.example.org\r\nAccept: text/html\r\n\r\n`
    expect((await rawRequest(app.url, signIn)).body.toString()).toContain('"is_development":false,"has_mailbox":false')
  })
})
