import { sql } from 'kysely'
import { prepared, preparedChange, type Queryable, type Transaction } from '../storage/prepared.ts'
import { idList } from '../storage/recordset.ts'

const hashOf = prepared((db, accountId: number) =>
  db.selectFrom('passwords').select('hash').where('account_id', '=', accountId),
)

/** The stored hash of an account; undefined if it has no password. */
export async function findPasswordHash(db: Queryable, accountId: number): Promise<string | undefined> {
  return (await hashOf(db, accountId))[0]?.hash
}

/** Whether Django has marked the password of an imported account as unusable: its owner logs in by other means. */
export async function isPasswordUnusable(db: Queryable, accountId: number): Promise<boolean> {
  return (await findPasswordHash(db, accountId))?.startsWith('!') === true
}

const changeOf = prepared((db, accountId: number) =>
  db.selectFrom('passwords').select('changed_at').where('account_id', '=', accountId),
)

/**
 * When the password of an account was set; undefined if it has none. A better hash of the same password is not a
 * change.
 */
export async function findPasswordChange(db: Queryable, accountId: number): Promise<number | undefined> {
  return (await changeOf(db, accountId))[0]?.changed_at
}

const put = preparedChange((db, account_id: number, hash: string, changed_at: number) =>
  db
    .insertInto('passwords')
    .values({ account_id, hash, changed_at })
    .onConflict((conflict) =>
      conflict.column('account_id').doUpdateSet((row) => ({
        hash: row.ref('excluded.hash'),
        changed_at: row.ref('excluded.changed_at'),
      })),
    ),
)

/** Sets or replaces an account's password. */
export async function setPasswordHash(db: Transaction, accountId: number, hash: string, now: number): Promise<void> {
  await put(db, accountId, hash, now)
}

const replace = preparedChange((db, accountId: number, oldHash: string, newHash: string) =>
  db.updateTable('passwords').set({ hash: newHash }).where('account_id', '=', accountId).where('hash', '=', oldHash),
)

/** Stores a better hash of the same password. Does nothing if the password was changed in between. */
export async function upgradePasswordHash(
  db: Transaction,
  accountId: number,
  oldHash: string,
  newHash: string,
): Promise<void> {
  await replace(db, accountId, oldHash, newHash)
}

/** Removes the passwords of these accounts: no password matches until one is set. */
export async function removePasswordHashes(tx: Transaction, accountIds: readonly number[]): Promise<void> {
  await sql`delete from passwords where account_id in ${idList(tx, accountIds)}`.execute(tx)
}
