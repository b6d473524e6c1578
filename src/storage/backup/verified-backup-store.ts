import type { Database } from '../database.ts'
import { prepared, preparedChange, type Queryable } from '../prepared.ts'

const NAME = 'verified_backup_of'

const put = preparedChange((tx, value: string) =>
  tx
    .insertInto('server_state')
    .values({ name: NAME, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet((row) => ({ value: row.ref('excluded.value') }))),
)
const find = prepared((db) => db.selectFrom('server_state').select('value').where('name', '=', NAME))

/**
 * Records that the backup made at `createdAt` was restored successfully to a scratch place; an older one changes
 * nothing.
 */
export async function noteVerifiedBackup(database: Database, createdAt: number): Promise<void> {
  await database.inTransaction(async (tx) => {
    const known = await findVerifiedBackup(tx)
    if (known === undefined || known < createdAt) await put(tx, String(createdAt))
  })
}

/** When the newest verified backup was made; undefined if there is none. */
export async function findVerifiedBackup(db: Queryable): Promise<number | undefined> {
  const [row] = await find(db)
  return row && Number(row.value)
}
