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

/** The row that each look at a database writes. */
const MARK = 'readiness'
/** A text that needs room of its own, on either database. */
const BULK = 65_536

/** Ends a transaction that was only to show that it could be done. */
class Undone extends Error {}

/**
 * Writes as a login does.
 *
 * @throws whatever keeps it from that
 */
export async function checkWritable(inTransaction: InTransaction, turn: number): Promise<void> {
  await inTransaction((tx) => writeMark(tx, MARK, String(turn)))
}

/**
 * Sees whether new rows find room: a row that is changed in its place needs none. Nothing of it is kept.
 *
 * @throws whatever keeps it from that
 */
export async function checkRoom(inTransaction: InTransaction): Promise<void> {
  try {
    await inTransaction(async (tx) => {
      // On PostgreSQL a text that repeats itself would be compressed to next to nothing.
      await sql`insert into server_state (name, value) values ('room', ${incompressible(BULK)})`.execute(tx)
      throw new Undone()
    })
  } catch (error) {
    if (!(error instanceof Undone)) throw error
  }
}

/** Less than this left on a disk is too little: a log that is brought into the database may need more. In bytes. */
const LEAST_FREE = 1_048_576

/** @throws DatabaseUnavailableError if the disk that `path` is on has next to no room */
export function checkDisk(path: string): void {
  const { bavail, bsize } = statfsSync(dirname(path))
  if (bavail * bsize >= LEAST_FREE) return
  throw new DatabaseUnavailableError(undefined, `the disk that ${path} is on is full`)
}

/** A text without secrets and without repetition: the digits that a linear congruence yields. */
function incompressible(length: number): string {
  let state = 1
  let text = ''
  while (text.length < length) {
    state = (state * 48_271) % 2_147_483_647
    text += state.toString(36)
  }
  return text.slice(0, length)
}
