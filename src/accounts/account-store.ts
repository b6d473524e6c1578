import { type Selectable, sql } from 'kysely'
import { prepared, preparedChange, preparedReturning, type Queryable, type Transaction } from '../storage/prepared.ts'
import { idList } from '../storage/recordset.ts'
import type { AccountsTable } from '../storage/tables.ts'
import type { Account, NewAccount } from './account.ts'
import { nextAccountId } from './account-id-store.ts'
import { toAccount } from './account-row.ts'
import { emailKey } from './names/email-address.ts'
import { phoneKey } from './names/phone-number.ts'
import { type UsernameRule, usernameKey } from './names/username.ts'
import { searchTextOf } from './search/account-words.ts'
import { storeWords } from './search/account-words-store.ts'

const byId = prepared((db, id: number) => db.selectFrom('accounts').selectAll().where('id', '=', id))
const byKey = prepared((db, key: string) => db.selectFrom('accounts').selectAll().where('username_key', '=', key))

/** The account with this id, active or not. */
export async function findAccount(db: Queryable, id: number): Promise<Account | undefined> {
  return accountOf((await byId(db, id))[0])
}

/** The accounts with these ids, by id. */
export async function findAccounts(db: Queryable, ids: readonly number[]): Promise<Map<number, Account>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('accounts')
    .selectAll()
    .where(sql<boolean>`id in ${idList(db, ids)}`)
    .execute()
  return new Map(rows.map((row) => [row.id, toAccount(row)]))
}

const byUid = prepared((db, uid: string) => db.selectFrom('accounts').selectAll().where('uid', '=', uid))

/** The account with this `uid`, active or not. */
export async function findAccountByUid(db: Queryable, uid: string): Promise<Account | undefined> {
  return isStorable(uid) ? accountOf((await byUid(db, uid))[0]) : undefined
}

/** The account of that name, active or not. */
export async function findAccountByUsername(
  db: Queryable,
  username: string,
  rule: UsernameRule,
): Promise<Account | undefined> {
  if (!isStorable(username)) return undefined
  return accountOf((await byKey(db, usernameKey(username, rule)))[0])
}

const insert = preparedReturning(
  (
    db,
    uid: string | null,
    uid_is_number: number,
    username: string,
    username_key: string,
    email: string,
    email_key: string,
    phone_number: string,
    phone_key: string,
    first_name: string,
    last_name: string,
    is_staff: number,
    is_superuser: number,
    created_at: number,
    profile: string,
    search_text: string,
    locale: string | null,
  ) =>
    nextAccountId(db)
      .insertInto('accounts')
      .values({
        id: sql<number>`(select max(id) from next)`,
        uid: sql<string>`coalesce(cast(${uid} as text), cast((select max(id) from next) as text))`,
        uid_is_number,
        username,
        username_key,
        email,
        email_key,
        phone_number,
        phone_key,
        first_name,
        last_name,
        is_staff,
        is_superuser,
        created_at,
        credentials_version: 0,
        profile,
        search_text,
        locale,
      })
      .onConflict((conflict) => conflict.column('username_key').doNothing())
      .returningAll(),
)

/** Creates an account. Undefined if its name is taken, even if that happened at the same moment. */
export async function createAccount(
  db: Transaction,
  account: NewAccount,
  rule: UsernameRule,
  now: number,
): Promise<Account | undefined> {
  const fields = { ...account, phoneKey: account.phoneKey ?? phoneKey(account.phoneNumber, undefined) ?? '' }
  const rows = await insert(
    db,
    account.uid?.text ?? null,
    (account.uid?.isNumber ?? true) ? 1 : 0,
    account.username,
    usernameKey(account.username, rule),
    account.email,
    emailKey(account.email) ?? '',
    account.phoneNumber,
    fields.phoneKey,
    account.firstName,
    account.lastName,
    account.isStaff ? 1 : 0,
    account.isSuperuser ? 1 : 0,
    now,
    JSON.stringify(account.profile ?? {}),
    // An id is not a text to search for, so it does not have to be known yet.
    searchTextOf({ ...fields, id: 0, uid: account.uid?.text ?? '0' }),
    account.locale ?? null,
  )
  const created = accountOf(rows[0])
  if (created !== undefined) await storeWords(db, [{ ...fields, id: created.id, uid: created.uid }])
  return created
}

const noteLogin = preparedChange((db, id: number, version: number, lastLoginAt: number) =>
  db
    .updateTable('accounts')
    .set({ last_login_at: lastLoginAt })
    .where('id', '=', id)
    .where('credentials_version', '=', version)
    .where('deactivated_at', 'is', null),
)
const lockForLogin = preparedChange((db, id: number, version: number) =>
  db
    .updateTable('accounts')
    .set((row) => ({ last_login_at: row.ref('last_login_at') }))
    .where('id', '=', id)
    .where('credentials_version', '=', version)
    .where('deactivated_at', 'is', null),
)

/**
 * Checks that what a login has proven still holds, and keeps it so until the transaction ends: the account is active,
 * and neither its password nor its state has changed since `account` was read. A change at the same moment is either
 * seen here, or sees the session that this login is about to start.
 *
 * @param lastLoginAt stored as the account's last login, unless undefined
 */
export async function confirmLogin(
  db: Transaction,
  account: Account,
  lastLoginAt: number | undefined,
): Promise<boolean> {
  const changed =
    lastLoginAt === undefined
      ? await lockForLogin(db, account.id, account.credentialsVersion)
      : await noteLogin(db, account.id, account.credentialsVersion, lastLoginAt)
  return changed === 1
}

const raiseVersion = preparedChange((db, id: number, version: number) =>
  db
    .updateTable('accounts')
    .set((row) => ({ credentials_version: row('credentials_version', '+', 1) }))
    .where('id', '=', id)
    .where('credentials_version', '=', version),
)

/** Claims the right to change what a login proves. False if somebody else has changed it since `account` was read. */
export async function claimCredentialsChange(db: Transaction, account: Account): Promise<boolean> {
  return (await raiseVersion(db, account.id, account.credentialsVersion)) === 1
}

/** Accounts by id, starting after `afterId`. */
export async function listAccounts(db: Queryable, afterId: number, limit: number): Promise<Account[]> {
  const rows = await db
    .selectFrom('accounts')
    .selectAll()
    .where('id', '>', afterId)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(toAccount)
}

/** A name with U+0000 or half a surrogate pair belongs to nobody: no database can store it. */
function isStorable(username: string): boolean {
  return !username.includes('\0') && username.isWellFormed()
}

function accountOf(row: Selectable<AccountsTable> | undefined): Account | undefined {
  return row && toAccount(row)
}
