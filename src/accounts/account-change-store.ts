import type { Updateable } from 'kysely'
import { preparedChange, type Queryable } from '../storage/prepared.ts'
import type { AccountsTable } from '../storage/tables.ts'
import type { Account } from './account.ts'
import type { Profile } from './profile.ts'
import { type UsernameRule, usernameKey } from './username.ts'

/** What of an account is simply rewritten; address, password, state and profile have ways of their own. */
export type AccountData = Pick<
  Account,
  'username' | 'firstName' | 'lastName' | 'phoneNumber' | 'isStaff' | 'isSuperuser'
>

/**
 * Rewrites these parts of an account, at least one, and no others: what somebody else changes in it at the same moment
 * stays changed. False if there is no such account.
 *
 * @throws what `isUniqueViolation` recognises, if the username was taken at the same moment
 */
export async function rewriteAccount(
  db: Queryable,
  id: number,
  data: Partial<AccountData>,
  rule: UsernameRule,
): Promise<boolean> {
  const { username, firstName, lastName, phoneNumber, isStaff, isSuperuser } = data
  const columns: Updateable<AccountsTable> = {
    ...(username !== undefined && { username, username_key: usernameKey(username, rule) }),
    ...(firstName !== undefined && { first_name: firstName }),
    ...(lastName !== undefined && { last_name: lastName }),
    ...(phoneNumber !== undefined && { phone_number: phoneNumber }),
    ...(isStaff !== undefined && { is_staff: isStaff ? 1 : 0 }),
    ...(isSuperuser !== undefined && { is_superuser: isSuperuser ? 1 : 0 }),
  }
  const { numUpdatedRows } = await db.updateTable('accounts').set(columns).where('id', '=', id).executeTakeFirst()
  return numUpdatedRows === 1n
}

const replaceProfile = preparedChange((db, id: number, before: string, after: string) =>
  db.updateTable('accounts').set({ profile: after }).where('id', '=', id).where('profile', '=', before),
)

/** Replaces the profile; false if somebody else did since `account` was read. */
export async function changeProfile(db: Queryable, account: Account, profile: Profile): Promise<boolean> {
  return (await replaceProfile(db, account.id, JSON.stringify(account.profile), JSON.stringify(profile))) === 1
}

const noteVerified = preparedChange((db, id: number, at: number | null) =>
  db.updateTable('accounts').set({ email_verified_at: at }).where('id', '=', id),
)

/** Notes that the address was proven, or was not, on the word of an administrator. */
export async function setEmailVerified(db: Queryable, id: number, at: number | undefined): Promise<void> {
  await noteVerified(db, id, at ?? null)
}
