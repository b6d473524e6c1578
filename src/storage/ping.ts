import { inTime } from '../platform/deadline.ts'
import type { Database } from './database.ts'
import { prepared } from './prepared.ts'

/** Less than monitors wait for an answer by default: they are to be told no rather than nothing. */
export const PING_DEADLINE_MS = 2_000

const readAnything = prepared((db) => db.selectFrom('server_state').select('name').limit(1))

/** Touches the database. @throws Error if it does not answer, or not in time */
export async function pingDatabase(database: Database): Promise<void> {
  await inTime(PING_DEADLINE_MS, readAnything(database.read))
}
