import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Readable, type Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { libpqEnvironment } from '../postgres/connection.ts'
import { tableNames } from '../tables.ts'
import { BackupError } from './backup-error.ts'
import { startPostgresProgram } from './postgres-programs.ts'

/** Where to find PostgreSQL's programs: the PATH of the environment. */
type Programs = { path: string | undefined }

/**
 * Dumps a database in one snapshot with PostgreSQL's own `pg_dump`, while others use it.
 *
 * @returns the dump; reading it fails with a BackupError if it is incomplete
 */
export function dumpPostgres(url: string, programs: Programs): Readable {
  const args = ['--format=custom', '--no-owner', '--no-privileges']
  const { program, done } = startPostgresProgram('pg_dump', args, environmentFor(url, programs))
  async function* whole() {
    try {
      yield* program.stdout
    } finally {
      // The reason for the failure says more than the end of the output.
      await done
    }
  }
  return Readable.from(whole(), { objectMode: false })
}

/**
 * Restores a dump over Latchkey's tables in the database, completely or not at all. The tables of this version are
 * dropped first, so that tables newer than the dump do not stay behind.
 *
 * @throws BackupError
 */
export async function restorePostgres(dump: string, url: string, programs: Programs): Promise<void> {
  const environment = environmentFor(url, programs)
  const psql = startPostgresProgram(
    'psql',
    ['--no-psqlrc', '--quiet', '--set=ON_ERROR_STOP=1', '--output=/dev/null'],
    environment,
  )
  psql.program.stdout.resume()
  const script = startPostgresProgram('pg_restore', [...AS_SCRIPT, '--clean', '--if-exists', dump], {
    PATH: environment.PATH,
  })
  psql.program.stdin.write(`begin;\ndrop table if exists ${tableNames.join(', ')} cascade;\n`)
  script.program.stdout.pipe(psql.program.stdin, { end: false })
  // A missing program never closes its output.
  await Promise.race([Promise.all([script.done, finished(script.program.stdout)]), psql.done])
    .then(() => end(psql.program.stdin, 'commit;\n'))
    .catch((error: unknown) => {
      // Without its commit, PostgreSQL undoes everything.
      script.program.kill()
      psql.program.stdin.destroy()
      throw error
    })
  await psql.done
}

const AS_SCRIPT = ['--no-owner', '--no-privileges', '--file=-']

async function end(stream: Writable, last: string): Promise<void> {
  stream.end(last)
  await once(stream, 'close').catch(() => {})
}

/**
 * Reads a complete dump and counts its content, and the rows of each table.
 *
 * @throws BackupError if it is damaged, or belongs to another program
 */
export async function checkPostgresDump(
  dump: string,
  { path }: Programs,
): Promise<{ accounts: number; sessions: number; rows: ReadonlyMap<string, number> }> {
  const { program, done } = startPostgresProgram('pg_restore', [...AS_SCRIPT, dump], { PATH: path })
  const counting = countRows(program.stdout)
  await done
  const rows = await counting
  const [accounts, sessions] = [rows.get('accounts'), rows.get('sessions')]
  if (accounts === undefined || sessions === undefined) throw new BackupError('there is no Latchkey database in it')
  return { accounts, sessions, rows }
}

/** Counts the rows of each table in a script of `pg_restore`. A line of its own ends the rows of a table. */
async function countRows(script: Readable): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  let table: string | undefined
  for await (const line of createInterface({ input: script, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (table === undefined) {
      table = /^COPY (?:[^ ]+\.)?"?([a-z_]+)"? \(/.exec(line)?.[1]
      if (table !== undefined) counts.set(table, 0)
    } else if (line === '\\.') table = undefined
    else counts.set(table, (counts.get(table) ?? 0) + 1)
  }
  return counts
}

/** The password is in the environment, not in the arguments, because everybody on the machine can read those. */
function environmentFor(url: string, { path }: Programs): Record<string, string | undefined> {
  return { PATH: path, ...libpqEnvironment(url) }
}
