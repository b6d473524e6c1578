import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { sql } from 'kysely'
import { DatabaseUnavailableError } from './database-trouble.ts'
import { preparedChange } from './prepared.ts'
import type { InTransaction } from './transaction.ts'

const writeMark = preparedChange((tx, name: string, value: string) =>
  tx
    .insertInto('server_state')
    .values({ name, value })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet((change) => ({ value: change.ref('excluded.value') })),
    ),
)

// They change no row, but they fail if the table is missing, is locked, or may not be written to.
const touchAccounts = preparedChange((tx) =>
  tx.updateTable('accounts').set({ last_login_at: null }).where('id', '=', -1),
)
const touchSessions = preparedChange((tx) => tx.updateTable('sessions').set({ ended_at: null }).where('id', '=', ''))
const touchEvents = preparedChange((tx) =>
  tx.insertInto('audit_events').expression(tx.selectFrom('audit_events').selectAll().where('id', '=', -1)),
)

/** The row that every check writes. */
const MARK = 'readiness'
/** A text that needs space of its own, on either database. */
const BULK = 65_536

/** Rolls back a transaction whose only purpose is to show that it is possible. */
class Undone extends Error {}

/**
 * Writes to the tables that a login writes to.
 *
 * @throws whatever prevents it
 */
export async function checkWritable(inTransaction: InTransaction, turn: number): Promise<void> {
  await inTransaction(async (tx) => {
    await writeMark(tx, MARK, String(turn))
    await touchAccounts(tx)
    await touchSessions(tx)
    await touchEvents(tx)
  })
}

/**
 * Checks whether there is room for new rows, because changing a row in place needs none. It stores nothing.
 *
 * @throws whatever prevents it
 */
export async function checkRoom(inTransaction: InTransaction): Promise<void> {
  try {
    await inTransaction(async (tx) => {
      // PostgreSQL would compress a repetitive text to almost nothing.
      await sql`insert into server_state (name, value) values ('room', ${incompressible(BULK)})`.execute(tx)
      throw new Undone()
    })
  } catch (error) {
    if (!(error instanceof Undone)) throw error
  }
}

/** The least free space on a disk, in bytes. Copying the log into the database may need more. */
const LEAST_FREE = 1_048_576

/** @throws DatabaseUnavailableError if the disk of `path` is almost full */
export function checkDisk(path: string): void {
  const { bavail, bsize } = statfsSync(dirname(path))
  if (bavail * bsize >= LEAST_FREE) return
  throw new DatabaseUnavailableError(undefined, `the disk that ${path} is on is full`)
}

/** A text without secrets and without repetition: digits from a linear congruential generator. */
function incompressible(length: number): string {
  let state = 1
  let text = ''
  while (text.length < length) {
    state = (state * 48_271) % 2_147_483_647
    text += state.toString(36)
  }
  return text.slice(0, length)
}
