import { prepared, preparedChange, type Queryable, type Transaction } from '../storage/prepared.ts'
import type { Account } from './account.ts'
import { toAccount } from './account-row.ts'
import { emailKey } from './names/email-address.ts'
import { indexAccount } from './search/account-words-store.ts'

const byEmailKey = prepared((db, key: string) =>
  db.selectFrom('accounts').selectAll().where('email_key', '=', key).orderBy('id'),
)

/** All accounts with an address of this key, active or not, oldest first. See `emailKey`. */
export async function findAccountsByEmailKey(db: Queryable, key: string): Promise<Account[]> {
  return key === '' ? [] : (await byEmailKey(db, key)).map(toAccount)
}

const verify = preparedChange((db, id: number, version: number, now: number) =>
  db
    .updateTable('accounts')
    .set({ email_verified_at: now })
    .where('id', '=', id)
    .where('credentials_version', '=', version)
    .where('email_verified_at', 'is', null),
)

/**
 * Records that the owner confirmed the account's address. Of several at once, one does.
 *
 * @returns false if it was confirmed already, or if the account has changed since `account` was read: its address may be
 *   different now
 */
export async function verifyEmail(db: Transaction, account: Account, now: number): Promise<boolean> {
  return (await verify(db, account.id, account.credentialsVersion, now)) === 1
}

const confirmedByOthers = prepared((db, key: string, exceptId: number) =>
  db
    .selectFrom('accounts')
    .select('id')
    .where('email_key', '=', key)
    .where('email_verified_at', 'is not', null)
    .where('id', '!=', exceptId)
    .limit(1),
)

/** Whether another account has confirmed an address of this key. */
export async function isConfirmedByAnother(db: Queryable, key: string, accountId: number): Promise<boolean> {
  return key !== '' && (await confirmedByOthers(db, key, accountId)).length > 0
}

const claimedByOthers = prepared((db, key: string, exceptId: number) =>
  db.selectFrom('accounts').select('id').where('email_key', '=', key).where('id', '!=', exceptId).limit(1),
)

/** Whether another account has an address of this key, confirmed or not. */
export async function isClaimedByAnother(db: Queryable, key: string, accountId: number): Promise<boolean> {
  return key !== '' && (await claimedByOthers(db, key, accountId)).length > 0
}

const change = preparedChange(
  (db, id: number, version: number, email: string, email_key: string, email_verified_at: number | null) =>
    db
      .updateTable('accounts')
      .set((row) => ({
        email,
        email_key,
        email_verified_at,
        credentials_version: row('credentials_version', '+', 1),
      }))
      .where('id', '=', id)
      .where('credentials_version', '=', version),
)

/**
 * Replaces the account's address, which voids the links sent to the old one. False if the account has changed since
 * `account` was read.
 *
 * @param verifiedAt when the owner confirmed the address; undefined if not
 */
export async function changeEmail(
  db: Transaction,
  account: Account,
  email: string,
  verifiedAt: number | undefined,
): Promise<boolean> {
  const { id, credentialsVersion } = account
  const changed = await change(db, id, credentialsVersion, email, emailKey(email) ?? '', verifiedAt ?? null)
  if (changed === 1) await indexAccount(db, id)
  return changed === 1
}

/** How many addresses are read at a time when their keys are derived. */
const BATCH = 500

/**
 * Computes the missing lookup keys of addresses, for accounts that an older version wrote. Runs in the caller's
 * transaction.
 */
export async function deriveEmailKeys(db: Transaction): Promise<void> {
  for (;;) {
    const accounts = await db
      .selectFrom('accounts')
      .select(['id', 'email'])
      .where('email_key', 'is', null)
      .orderBy('id')
      .limit(BATCH)
      .execute()
    for (const { id, email } of accounts) {
      await db
        .updateTable('accounts')
        .set({ email_key: emailKey(email) ?? '' })
        .where('id', '=', id)
        .execute()
    }
    if (accounts.length < BATCH) return
  }
}
