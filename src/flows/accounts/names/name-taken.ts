import { isPhoneOfAnother } from '../../../accounts/account-phone-store.ts'
import { findAccountByUsername } from '../../../accounts/account-store.ts'
import { awaitTurn } from '../../../accounts/administrator-store.ts'
import { type PhoneRule, phoneKey } from '../../../accounts/names/phone-number.ts'
import type { UsernameRule } from '../../../accounts/names/username.ts'
import type { Queryable, Transaction } from '../../../storage/prepared.ts'

/** No account has this id. */
export const NOBODY = 0

/**
 * Whether a username belongs to another account. If people log in with their phone number, a username that reads as
 * another account's number also counts as taken; otherwise it would take the login from its owner.
 */
export async function isUsernameTaken(
  db: Queryable,
  username: string,
  { usernameRule, phoneRule }: { usernameRule: UsernameRule; phoneRule: PhoneRule },
  exceptId = NOBODY,
): Promise<boolean> {
  const namesake = await findAccountByUsername(db, username, usernameRule)
  if (namesake !== undefined && namesake.id !== exceptId) return true
  return isNumberOfAnother(db, username, phoneRule, exceptId)
}

/** Whether a username reads as the number of another account, if people log in with their number. */
export async function isNumberOfAnother(
  db: Queryable,
  username: string,
  { region, isLoginName }: PhoneRule,
  exceptId = NOBODY,
): Promise<boolean> {
  const key = isLoginName ? phoneKey(username, region) : undefined
  return key !== undefined && (await isPhoneOfAnother(db, key, exceptId))
}

/**
 * Lets only one request at a time claim login names that may mean the same: numbers, and usernames that read as one. If
 * people do not log in with their number, the unique index of usernames is enough.
 */
export async function awaitNameTurn(
  tx: Transaction,
  { username, phoneNumber = '' }: { username?: string | undefined; phoneNumber?: string | undefined },
  { region, isLoginName }: PhoneRule,
): Promise<void> {
  if (!isLoginName) return
  if (phoneNumber !== '' || (username !== undefined && phoneKey(username, region) !== undefined)) await awaitTurn(tx)
}

/** Whether a number that people log in with belongs to another account. False if they do not log in with it. */
export async function isPhoneTaken(
  db: Queryable,
  phoneNumber: string,
  { region, isLoginName }: PhoneRule,
  exceptId = NOBODY,
): Promise<boolean> {
  return isLoginName && (await isPhoneOfAnother(db, phoneKey(phoneNumber, region) ?? '', exceptId))
}
