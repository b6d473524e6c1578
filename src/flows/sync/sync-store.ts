import type { Account } from '../../accounts/account.ts'
import { toAccount } from '../../accounts/account-row.ts'
import type { Queryable, Transaction } from '../../storage/prepared.ts'

/** An account with its stored password hash. */
export type SyncedAccount = { account: Account; passwordHash: string | undefined }

function accounts(db: Queryable) {
  return db
    .selectFrom('accounts')
    .leftJoin('passwords', 'passwords.account_id', 'accounts.id')
    .selectAll('accounts')
    .select('passwords.hash as password_hash')
    .orderBy('accounts.id')
}

type Row = Awaited<ReturnType<ReturnType<typeof accounts>['execute']>>[number]

/** Accounts by id, starting after `afterId`. */
export async function listAllToSync(db: Queryable, afterId: number, limit: number): Promise<SyncedAccount[]> {
  const rows = await accounts(db).where('accounts.id', '>', afterId).limit(limit).execute()
  return rows.map(toSynced)
}

/** Those of these accounts that exist. */
export async function listToSync(db: Queryable, ids: readonly number[]): Promise<SyncedAccount[]> {
  if (ids.length === 0) return []
  return (await accounts(db).where('accounts.id', 'in', ids).execute()).map(toSynced)
}

/** The keys of accounts of this system that no longer exist here. */
export async function listGoneKeys(db: Queryable, source: string): Promise<string[]> {
  const rows = await db
    .selectFrom('imported_rows')
    .leftJoin('accounts', 'accounts.id', 'imported_rows.local_id')
    .select('imported_rows.key')
    .where('imported_rows.source', '=', source)
    .where('imported_rows.kind', '=', 'account')
    .where('accounts.id', 'is', null)
    .execute()
  return rows.map(({ key }) => key)
}

const nameOf = (source: string) => `sync:${source}`

/** The event up to which everything was written there; undefined: nothing was yet. */
export async function findSyncPosition(db: Queryable, source: string): Promise<number | undefined> {
  const row = await db.selectFrom('server_state').select('value').where('name', '=', nameOf(source)).executeTakeFirst()
  return row === undefined ? undefined : Number(row.value)
}

/** Records that position. */
export async function rememberSyncPosition(tx: Transaction, source: string, eventId: number): Promise<void> {
  const value = String(eventId)
  await tx
    .insertInto('server_state')
    .values({ name: nameOf(source), value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute()
}

function toSynced(row: Row): SyncedAccount {
  return { account: toAccount(row), passwordHash: row.password_hash ?? undefined }
}
