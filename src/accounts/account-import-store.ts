import { sql } from 'kysely'
import type { Queryable, Transaction } from '../storage/prepared.ts'
import { type RecordColumns, recordset } from '../storage/recordset.ts'
import { removePostsOfFormerOwners } from './deleted-author-store.ts'

/** A row for an account that comes from another system, with all its columns. */
export type ImportedAccount = {
  /** Null: the database draws one. */
  id: number | null
  uid: string
  uid_is_number: 0 | 1
  username: string
  username_key: string
  email: string
  email_key: string
  phone_number: string
  phone_key: string
  first_name: string
  last_name: string
  is_staff: 0 | 1
  is_superuser: 0 | 1
  created_at: number
  last_login_at: number | null
  email_verified_at: number | null
  deactivated_at: number | null
  sessions_void_at: number | null
  profile: string
  locale: string | null
}

const columns = {
  uid: 'text',
  uid_is_number: 'bigint',
  username: 'text',
  username_key: 'text',
  email: 'text',
  email_key: 'text',
  phone_number: 'text',
  phone_key: 'text',
  first_name: 'text',
  last_name: 'text',
  is_staff: 'bigint',
  is_superuser: 'bigint',
  created_at: 'bigint',
  last_login_at: 'bigint',
  email_verified_at: 'bigint',
  deactivated_at: 'bigint',
  sessions_void_at: 'bigint',
  profile: 'text',
  locale: 'text',
} as const satisfies RecordColumns

/**
 * Inserts accounts. One whose name, id or `uid` was taken in the meantime is left out.
 *
 * @returns the ids of the others, by `uid`
 */
export async function insertAccounts(
  tx: Transaction,
  accounts: readonly ImportedAccount[],
): Promise<Map<string, number>> {
  const withId = accounts.filter(({ id }) => id !== null)
  await removePostsOfFormerOwners(
    tx,
    withId.flatMap(({ id }) => id ?? []),
  )
  const others = accounts.filter(({ id }) => id === null)
  const inserted = [...(await insert(tx, withId, { id: 'bigint', ...columns })), ...(await insert(tx, others, columns))]
  return new Map(inserted.map(({ uid, id }) => [uid, id]))
}

async function insert(tx: Transaction, rows: readonly ImportedAccount[], given: RecordColumns) {
  if (rows.length === 0) return []
  const names = sql.join(Object.keys(given).map((name) => sql.id(name)))
  const result = await sql<{ id: number; uid: string }>`
    insert into accounts (${names}, credentials_version)
    select ${names}, 0 from ${recordset(tx, rows, given)} r where true
    on conflict do nothing
    returning id, uid`.execute(tx)
  return result.rows
}

/**
 * Records logins in another system, unless later ones are known.
 *
 * @returns the ids of those accounts that exist
 */
export async function noteLastLogins(
  tx: Transaction,
  logins: readonly { id: number; at: number }[],
): Promise<Set<number>> {
  if (logins.length === 0) return new Set()
  const values = recordset(tx, logins, { id: 'bigint', at: 'bigint' })
  const { rows } = await sql<{ id: number }>`
    update accounts set last_login_at = case when accounts.last_login_at > r.at then accounts.last_login_at else r.at end
    from ${values} r where accounts.id = r.id returning accounts.id`.execute(tx)
  return new Set(rows.map(({ id }) => id))
}

/** Whether there is no account. */
export async function isEmpty(db: Queryable): Promise<boolean> {
  return (await db.selectFrom('accounts').select('id').limit(1).executeTakeFirst()) === undefined
}

/** The values of new accounts that are already taken. */
export type TakenIdentities = {
  /** The `uid`s, each with the account that has it. */
  uids: ReadonlyMap<string, { id: number; username: string }>
  ids: ReadonlySet<number>
  usernameKeys: ReadonlySet<string>
  emailKeys: ReadonlySet<string>
  phoneKeys: ReadonlySet<string>
  /** Keys of addresses that some account has confirmed. */
  confirmedEmailKeys: ReadonlySet<string>
}

/**
 * Which ids, names and addresses of these accounts belong to other accounts.
 *
 * @param leaving the ids of accounts that are about to be deleted, whose values are free
 */
export async function findTakenIdentities(
  db: Queryable,
  wanted: readonly Pick<ImportedAccount, 'id' | 'uid' | 'username_key' | 'email_key' | 'phone_key'>[],
  leaving: ReadonlySet<number>,
): Promise<TakenIdentities> {
  const stays = ({ id }: { id: number }) => !leaving.has(id)
  // With `cross join`, SQLite looks up each wanted row by an index, whatever it thinks of the number of rows.
  const rows = wanted.map(({ id, uid, username_key, email_key }) => ({ id, uid, username_key, email_key }))
  const given = recordset(db, rows, { id: 'bigint', uid: 'text', username_key: 'text', email_key: 'text' })
  const phones = wanted.flatMap(({ phone_key }) => (phone_key === '' ? [] : [{ phone_key }]))
  const { rows: uids } = await sql<{ id: number; uid: string; username: string }>`
    select a.id, a.uid, a.username from ${given} r cross join accounts a where a.uid = r.uid`.execute(db)
  const { rows: ids } = await sql<{ id: number }>`
    select a.id from ${given} r cross join accounts a where a.id = r.id`.execute(db)
  const { rows: names } = await sql<{ id: number; username_key: string }>`
    select a.id, a.username_key from ${given} r cross join accounts a where a.username_key = r.username_key`.execute(db)
  const { rows: addresses } = await sql<{ id: number; email_key: string; is_confirmed: number }>`
    select a.id, a.email_key, case when a.email_verified_at is null then 0 else 1 end as is_confirmed
    from ${given} r cross join accounts a where a.email_key = r.email_key and r.email_key <> ''`.execute(db)
  const claimed = addresses.filter(stays)
  return {
    phoneKeys: await findTakenPhones(db, phones, stays),
    uids: new Map(uids.filter(stays).map(({ id, uid, username }) => [uid, { id, username }])),
    ids: new Set(ids.filter(stays).map(({ id }) => id)),
    usernameKeys: new Set(names.filter(stays).map(({ username_key }) => username_key)),
    emailKeys: new Set(claimed.map(({ email_key }) => email_key)),
    confirmedEmailKeys: new Set(
      claimed.flatMap(({ email_key, is_confirmed }) => (Number(is_confirmed) === 1 ? [email_key] : [])),
    ),
  }
}

async function findTakenPhones(
  db: Queryable,
  phones: readonly { phone_key: string }[],
  stays: (account: { id: number }) => boolean,
): Promise<Set<string>> {
  if (phones.length === 0) return new Set()
  const given = recordset(db, phones, { phone_key: 'text' })
  const { rows } = await sql<{ id: number; phone_key: string }>`
    select a.id, a.phone_key from ${given} r cross join accounts a where a.phone_key = r.phone_key`.execute(db)
  return new Set(rows.filter(stays).map(({ phone_key }) => phone_key))
}
