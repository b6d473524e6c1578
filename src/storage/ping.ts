import type { Database } from './database.ts'
import { prepared } from './prepared.ts'

const readAnything = prepared((db) => db.selectFrom('server_state').select('name').limit(1))

/** Touches the database. @throws Error if it does not answer */
export async function pingDatabase(database: Database): Promise<void> {
  await readAnything(database.read)
}
