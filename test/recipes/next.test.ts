import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { sendJson } from '../support/http-client.ts'
import { badTokens, startLatchkey } from './latchkey.ts'
import { startProgram } from './program.ts'

// npm installs Next.js. The test is here because its compiler takes longer than all other tests of the adapters together.

const root = join(import.meta.dirname, '../..')

beforeAll(() => {
  execFileSync('npm', ['run', '--silent', 'build', '-w', 'packages/verify'], { cwd: root })
})

describe('a route of Next.js with @latchkey/verify', () => {
  it('lets good tokens in, and refuses all others', async () => {
    const latchkey = await startLatchkey()
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    await startProgram({
      command: process.execPath,
      args: [join(root, 'node_modules/next/dist/bin/next'), 'dev', '-H', '127.0.0.1', '-p', String(port)],
      cwd: join(import.meta.dirname, 'next-app'),
      env: { ISSUER: latchkey.issuer, LATCHKEY_URL: latchkey.app.url, NEXT_TELEMETRY_DISABLED: '1' },
      url: `${url}/orders/1`,
    })
    const good = await sendJson(url, 'GET', '/orders/42', { token: latchkey.tokens.access_token })
    expect([good.status, good.json]).toEqual([200, { order: '42', account: latchkey.accountId }])
    for (const [fault, token] of await badTokens(latchkey)) {
      const answer = await sendJson(url, 'GET', '/orders/42', { token })
      expect([fault, answer.status, answer.headers['content-type']]).toEqual([fault, 401, ['application/problem+json']])
    }
  })
})
