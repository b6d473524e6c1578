import type { Updateable } from 'kysely'
import { preparedChange, type Transaction } from '../storage/prepared.ts'
import type { AccountsTable } from '../storage/tables.ts'
import type { Account } from './account.ts'
import type { Locale } from './locale.ts'
import { phoneKey } from './names/phone-number.ts'
import { type UsernameRule, usernameKey } from './names/username.ts'
import type { Profile } from './profile/profile.ts'
import { indexAccount } from './search/account-words-store.ts'

/**
 * The parts of an account that can simply be overwritten. Address, password and state have their own functions; so has
 * the profile, for changes that must not undo others. `phoneKey` is the key of the new phone number; default: that of a
 * number with a country code.
 */
export type AccountData = { phoneKey: string } & Pick<
  Account,
  'username' | 'firstName' | 'lastName' | 'phoneNumber' | 'isStaff' | 'isSuperuser' | 'profile'
> & {
    /** Null: not chosen. */
    locale: Locale | null
  }

/**
 * Overwrites these parts of an account (at least one) and no others, so concurrent changes to other parts survive.
 * False if there is no such account.
 *
 * @throws an error that `isUniqueViolation` recognises, if the username was taken at the same moment
 */
export async function rewriteAccount(
  db: Transaction,
  id: number,
  data: Partial<AccountData>,
  rule: UsernameRule,
): Promise<boolean> {
  const { username, firstName, lastName, phoneNumber, phoneKey: key, isStaff, isSuperuser, profile, locale } = data
  const columns: Updateable<AccountsTable> = {
    ...(username !== undefined && { username, username_key: usernameKey(username, rule) }),
    ...(firstName !== undefined && { first_name: firstName }),
    ...(lastName !== undefined && { last_name: lastName }),
    ...(phoneNumber !== undefined && {
      phone_number: phoneNumber,
      phone_key: key ?? phoneKey(phoneNumber, undefined) ?? '',
    }),
    ...(isStaff !== undefined && { is_staff: isStaff ? 1 : 0 }),
    ...(isSuperuser !== undefined && { is_superuser: isSuperuser ? 1 : 0 }),
    ...(profile !== undefined && { profile: JSON.stringify(profile) }),
    ...(locale !== undefined && { locale }),
  }
  const { numUpdatedRows } = await db.updateTable('accounts').set(columns).where('id', '=', id).executeTakeFirst()
  const isFoundOtherwise = [username, firstName, lastName, phoneNumber].some((value) => value !== undefined)
  if (isFoundOtherwise) await indexAccount(db, id)
  return numUpdatedRows === 1n
}

const replaceProfile = preparedChange((db, id: number, before: string, after: string) =>
  db.updateTable('accounts').set({ profile: after }).where('id', '=', id).where('profile', '=', before),
)

/** Replaces the profile. False if somebody else has replaced it since `account` was read. */
export async function changeProfile(db: Transaction, account: Account, profile: Profile): Promise<boolean> {
  return (await replaceProfile(db, account.id, JSON.stringify(account.profile), JSON.stringify(profile))) === 1
}

const noteLogin = preparedChange((db, id: number, at: number) =>
  db
    .updateTable('accounts')
    .set({ last_login_at: at })
    .where('id', '=', id)
    .where((row) => row.or([row('last_login_at', 'is', null), row('last_login_at', '<', at)])),
)

/** Records a login in another system, or what counts as one, unless a later one is known. */
export async function noteLastLogin(tx: Transaction, id: number, at: number): Promise<void> {
  await noteLogin(tx, id, at)
}

const noteVerified = preparedChange((db, id: number, at: number | null) =>
  db.updateTable('accounts').set({ email_verified_at: at }).where('id', '=', id),
)

/** Records that the address is confirmed, or is not, because an administrator said so. */
export async function setEmailVerified(db: Transaction, id: number, at: number | undefined): Promise<void> {
  await noteVerified(db, id, at ?? null)
}
