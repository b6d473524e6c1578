import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { codeCache } from './support/code-cache.ts'
import { freePort } from './support/free-port.ts'
import { sendJson } from './support/http-client.ts'
import { type ServerProcess, startServerProcess } from './support/server-process.ts'

const main = join(import.meta.dirname, '../dist/cli/main.js')
const PASSWORD = 'copper-lantern-42'

function aFolder(): string {
  return mkdtempSync(join(tmpdir(), 'latchkey-commands-'))
}

/** A command as a process of its own, with standard input closed and no settings in the environment but `settings`. */
function start(argumentTexts: string[], settings: Record<string, string>, cwd: string) {
  const env = { ...codeCache, ...settings }
  return spawn(process.execPath, [main, ...argumentTexts], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
}

async function run(argumentTexts: string[], settings: Record<string, string>, cwd: string) {
  const command = start(argumentTexts, settings, cwd)
  const [out, err, [code]] = await Promise.all([text(command.stdout), text(command.stderr), once(command, 'close')])
  return { code, out, err }
}

describe('the command line beside a development server', () => {
  const folder = aFolder()
  const settings = { DATABASE_URL: `sqlite:${join(folder, 'latchkey.sqlite3')}` }
  const latchkey = (...argumentTexts: string[]) => run(argumentTexts, settings, folder)
  let server: ServerProcess

  beforeAll(async () => {
    server = await startServerProcess(settings)
  })
  afterAll(async () => {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const profile = async (token: string) => (await sendJson(server.url, 'GET', '/api/users/profile/', { token })).status

  it('works without settings of its own, with the secret that the server has kept', async () => {
    expect(await latchkey('users', 'list', '--json')).toEqual({ code: 0, out: '[]\n', err: '' })
    expect(await latchkey('keys', 'rotate')).toMatchObject({ code: 0, err: '' })
  })

  it('exits with 0 when it is done, 1 when it refuses, and 2 when it is used wrongly', async () => {
    const [help, refused, misused, aimless] = await Promise.all([
      latchkey('--help'),
      latchkey('users', 'show', 'nobody'),
      latchkey('users', 'shw', 'nobody'),
      latchkey('users'),
    ])
    expect(help).toMatchObject({ code: 0, out: expect.stringContaining('Usage: latchkey'), err: '' })
    expect(refused).toEqual({ code: 1, out: '', err: 'There is no account called nobody.\n' })
    expect(misused).toMatchObject({ code: 2, out: '', err: expect.stringContaining("unknown command 'shw'") })
    expect(aimless).toMatchObject({ code: 2, out: '', err: expect.stringContaining('Usage: latchkey users') })
  })

  it('takes effect on the next request, while the server answers others', async () => {
    const account = { username: 'anna', password: PASSWORD, email: 'anna@example.org' }
    await sendJson(server.url, 'POST', '/api/register/', { body: account })
    const { access } = (await sendJson(server.url, 'POST', '/api/login/', { body: account })).json as { access: string }
    const seen = new Set<number>()
    let isOver = false
    const askAllTheTime = async () => {
      while (!isOver) seen.add(await profile(access))
    }
    const others = Promise.all([askAllTheTime(), askAllTheTime(), askAllTheTime()])
    // Activated again, the account must log in again: its sessions have ended for good.
    for (const verb of ['deactivate', 'activate', 'delete']) {
      expect(await latchkey('users', verb, 'anna')).toMatchObject({ code: 0, err: '' })
      expect(await profile(access)).toBe(401)
    }
    isOver = true
    await others
    expect([...seen].sort()).toEqual([200, 401])
  })

  it('prints what the server answers at /openapi.json', async () => {
    const { out } = await run(['openapi'], { DEBUG: 'true' }, folder)
    expect(JSON.parse(out)).toEqual((await sendJson(server.url, 'GET', '/openapi.json')).json)
  })
})

describe('the command line by itself', () => {
  const anEmptyFolder = () => {
    const folder = aFolder()
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    return folder
  }

  it('creates no database and no secret if there is none', async () => {
    const folder = anEmptyFolder()
    for (const command of [['users', 'list'], ['keys', 'rotate'], ['doctor'], ['openapi']])
      await run(command, {}, folder)
    expect(readdirSync(folder)).toEqual([])
  })

  it('reads .env as the server does, and reports all faults', async () => {
    const folder = anEmptyFolder()
    writeFileSync(join(folder, '.env'), 'PORT=x\nLEEWAY=5\n')
    const { code, err } = await run(['serve'], {}, folder)
    expect(code).toBe(1)
    expect(err.match(/^ {2}\w+ \(\.env, line \d\)/gm)).toEqual(['  PORT (.env, line 1)', '  LEEWAY (.env, line 2)'])
    expect(err).toContain(`Settings come from the environment and from ${join(folder, '.env')}.`)
  })

  it('stops quietly when the program that reads its output has seen enough', async () => {
    const folder = anEmptyFolder()
    const command = start(['--help'], {}, folder)
    command.stdout.destroy()
    const [err, [code]] = await Promise.all([text(command.stderr), once(command, 'close')])
    expect([code, err]).toEqual([0, ''])
  })

  it('serves, and stops in order when it is asked to', async () => {
    const folder = anEmptyFolder()
    const port = await freePort()
    const server = start(['serve', '--debug'], { PORT: String(port) }, folder)
    const ended = once(server, 'exit')
    let log = ''
    await new Promise<void>((resolve) => {
      server.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        log += chunk
        if (log.includes('listening')) resolve()
      })
    })
    expect((await sendJson(`http://127.0.0.1:${port}`, 'GET', '/readyz')).status).toBe(200)
    const second = await run(['serve', '--debug'], { PORT: String(port) }, folder)
    expect(second).toMatchObject({ code: 1, out: expect.stringContaining(`port ${port} of 127.0.0.1 is in use`) })
    server.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
  })
})
