import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { BackupError } from './backup-error.ts'

/** A dump under way. It is whole once `done` resolves. */
type Dump = { content: Readable; done: Promise<void> }

/** Dumps a database in one snapshot, with PostgreSQL's own `pg_dump`, while others work on it. */
export function dumpPostgres(url: string): Dump {
  const args = ['--format=custom', '--no-owner', '--no-privileges']
  const { program, done } = run('pg_dump', args, url)
  return { content: program.stdout, done }
}

/** Restores a dump over whatever is in the database, all of it or nothing. */
export async function restorePostgres(dump: string, url: string): Promise<void> {
  const args = ['--clean', '--if-exists', '--no-owner', '--no-privileges', '--single-transaction', '--exit-on-error']
  await run('pg_restore', [...args, `--dbname=${databaseOf(url)}`, dump], url).done
}

/** Reads the list of contents of a dump. @throws BackupError if it is none */
export async function checkPostgresDump(dump: string): Promise<void> {
  await run('pg_restore', ['--list', dump], 'postgres://localhost/none').done
}

function databaseOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1))
}

/** The password goes in the environment, since everybody on the machine can read the arguments of a program. */
function run(name: string, args: readonly string[], url: string) {
  const { hostname, port, username, password, searchParams } = new URL(url)
  const environment: Record<string, string | undefined> = {
    PATH: '/usr/lib/postgresql/bin:/usr/local/bin:/usr/bin:/bin',
    PGHOST: hostname || searchParams.get('host') || undefined,
    PGPORT: port || undefined,
    PGUSER: decodeURIComponent(username) || undefined,
    PGPASSWORD: decodeURIComponent(password) || undefined,
    PGDATABASE: databaseOf(url),
    PGSSLMODE: searchParams.get('sslmode') ?? undefined,
    PGSSLROOTCERT: searchParams.get('sslrootcert') ?? undefined,
  }
  const program = spawn(name, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  program.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said = (said + chunk).slice(-2_000)
  })
  if (name !== 'pg_dump') program.stdout.resume()
  const done = new Promise<void>((resolve, reject) => {
    program.once('error', (error) =>
      reject(
        new BackupError(`${name} cannot be run: install the client programs of PostgreSQL (${error.message})`, error),
      ),
    )
    program.once('close', (code) =>
      code === 0 ? resolve() : reject(new BackupError(`${name} failed: ${said.trim() || `exit code ${code}`}`)),
    )
  })
  return { program, done }
}
