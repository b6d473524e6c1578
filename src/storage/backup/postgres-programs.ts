import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { BackupError } from './backup-error.ts'

/** A running program of PostgreSQL. */
type RunningProgram = {
  program: ChildProcessByStdio<Writable, Readable, Readable>
  /** Rejects with a BackupError if it cannot be run or fails. */
  done: Promise<void>
}

/** Where to look for programs if the environment does not say. */
const PATH = '/usr/local/bin:/usr/bin:/bin'

/**
 * Starts `pg_dump`, `pg_restore` or `psql`.
 *
 * @param environment the complete environment of the program
 */
export function startPostgresProgram(
  name: string,
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = {},
): RunningProgram {
  const env = { ...environment, PATH: environment.PATH || PATH, LC_MESSAGES: 'C' }
  const program = spawn(name, args, { env, stdio: ['pipe', 'pipe', 'pipe'] })
  // A program that ends early closes its input; its exit code says why.
  program.stdin.on('error', () => {})
  let said = ''
  program.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said = (said + chunk).slice(-2_000)
  })
  const done = new Promise<void>((resolve, reject) => {
    program.once('error', (error) =>
      reject(
        new BackupError(
          `${name} cannot be run (${error.message}). Install the client programs of PostgreSQL: apt-get install postgresql-client`,
          error,
        ),
      ),
    )
    program.once('close', (code) =>
      code === 0 ? resolve() : reject(failure(name, said.trim() || `exit code ${code}`)),
    )
  })
  // The failure also reaches callers that start to wait later.
  done.catch(() => {})
  return { program, done }
}

function failure(name: string, said: string): BackupError {
  const cure = /server version mismatch|unsupported version|unrecognized configuration parameter/.test(said)
    ? '. Install the client programs of the version that the server has, or of a newer one'
    : ''
  return new BackupError(`${name} failed: ${said}${cure}`)
}
