import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { sendJson } from '../support/http-client.ts'
import { PYTHON } from '../support/python.ts'
import { folderWith, runProgram, startProgram } from './program.ts'

// Debian: python3-djangorestframework-simplejwt, python3-cryptography

const root = join(import.meta.dirname, '../..')
const PASSWORD = 'copper-lantern-42'

beforeAll(() => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/build.ts'], { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(`the server could not be built:\n${stderr}`)
})

/** The last block of commands in the README, for these addresses. */
function commandsOfReadme(latchkey: string, api: string): string {
  const readme = readFileSync(join(root, 'examples/django-api/README.md'), 'utf8')
  const commands = [...readme.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].at(-1)?.[1] ?? ''
  return commands.replaceAll('http://127.0.0.1:8000', latchkey).replaceAll('http://127.0.0.1:8001', api)
}

describe('examples/django-api', () => {
  it('starts with Latchkey by one command, and trusts its tokens and their rights', async () => {
    const [latchkeyPort, apiPort] = [await freePort(), await freePort()]
    const latchkey = `http://127.0.0.1:${latchkeyPort}`
    const api = `http://127.0.0.1:${apiPort}`
    const env = {
      PORT: String(latchkeyPort),
      LATCHKEY_URL: latchkey,
      API_ADDRESS: `127.0.0.1:${apiPort}`,
      DATABASE_URL: `sqlite:${join(folderWith({}), 'latchkey.sqlite3')}`,
      ALGORITHM: 'ES256',
      PYTHON,
    }
    await startProgram({ command: join(root, 'examples/django-api/start.sh'), env, url: api })
    await expect
      .poll(
        () =>
          fetch(`${latchkey}/healthz`).then(
            () => true,
            () => false,
          ),
        { timeout: 30_000 },
      )
      .toBe(true)

    async function logIn(username: string): Promise<{ access_token: string; refresh_token: string }> {
      const answer = await sendJson(latchkey, 'POST', '/api/v1/login', { body: { username, password: PASSWORD } })
      expect(answer.status).toBe(200)
      return answer.json as { access_token: string; refresh_token: string }
    }

    const answers = await runProgram('sh', [], commandsOfReadme(latchkey, api), root)
    expect(answers).toMatch(/\{"account":1,"orders":\[\{"id":1,"article":"lantern"\}\]\}$/)
    const { access_token: token, refresh_token } = await logIn('anna')
    const orders = await sendJson(api, 'GET', '/orders/', { token })
    expect([orders.status, orders.json]).toEqual([200, { account: 1, orders: [{ id: 1, article: 'lantern' }] }])
    for (const bad of [undefined, 'junk', refresh_token, `${token.slice(0, -8)}AAAAAAAA`]) {
      expect((await sendJson(api, 'GET', '/orders/', bad === undefined ? {} : { token: bad })).status).toBe(401)
    }
    expect((await sendJson(api, 'DELETE', '/orders/1/', { token })).status).toBe(403)

    const superuser = {
      DJANGO_SUPERUSER_USERNAME: 'root',
      DJANGO_SUPERUSER_EMAIL: '',
      DJANGO_SUPERUSER_PASSWORD: PASSWORD,
    }
    const made = spawnSync(process.execPath, [join(root, 'dist/cli/main.js'), 'createsuperuser', '--noinput'], {
      cwd: folderWith({}),
      env: { ...env, ...superuser, DEBUG: 'true' },
      encoding: 'utf8',
    })
    expect([made.status, made.stderr]).toEqual([0, ''])
    const administrator = await logIn('root')
    expect((await sendJson(api, 'DELETE', '/orders/1/', { token: administrator.access_token })).status).toBe(204)
  })
})
