import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { codeCache } from './code-cache.ts'
import { freePort } from './free-port.ts'

/** Latchkey in a process of its own, started as people start it. */
export type ServerProcess = {
  /** `http://127.0.0.1:PORT`. */
  url: string
  /** Where its accounts are. */
  databaseUrl: string
  /** Everything that it has written so far, to either stream. */
  output(): string
  /** Asks it to stop (SIGTERM), waits until it has stopped, and returns its exit code. */
  stop(): Promise<number | null>
  /** Ends it like a power cut (SIGKILL), and waits until it is gone. */
  kill(): Promise<void>
}

const main = join(import.meta.dirname, '../../dist/main.js')
const READY_WITHIN_MS = 30_000

/**
 * Starts `dist/main.js --debug` on a free port, in an empty folder of its own that is deleted with it, so it touches
 * neither the checkout's `.env` nor its data.
 *
 * @param settings more environment variables; those of the test run itself are not passed on
 * @throws Error with everything it wrote, if it ends or does not print its address in time
 */
export async function startServerProcess(settings: Record<string, string> = {}): Promise<ServerProcess> {
  const home = mkdtempSync(join(tmpdir(), 'latchkey-server-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const databaseUrl = settings.DATABASE_URL ?? `sqlite:${join(home, 'latchkey.sqlite3')}`
  const server = spawn(process.execPath, [main, '--debug'], {
    cwd: home,
    env: { ...codeCache, PORT: String(port), ...settings, DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(server, 'exit').then(([code]: unknown[]) => {
    rmSync(home, { recursive: true, force: true })
    return typeof code === 'number' ? code : null
  })
  let written = ''
  const ready = new Promise<true>((resolve) => {
    for (const stream of [server.stdout, server.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        written += chunk
        if (written.includes(url)) resolve(true)
      })
    }
  })
  const tooLate = setTimeout(() => server.kill('SIGKILL'), READY_WITHIN_MS)
  const outcome = await Promise.race([ready, ended])
  clearTimeout(tooLate)
  if (outcome !== true) throw new Error(`the server ended with ${outcome} before it was ready:\n${written}`)
  return {
    url,
    databaseUrl,
    output: () => written,
    stop() {
      server.kill('SIGTERM')
      return ended
    },
    async kill() {
      server.kill('SIGKILL')
      await ended
    },
  }
}
