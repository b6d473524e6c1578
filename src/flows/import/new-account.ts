import type { ImportedAccount } from '../../accounts/account-import-store.ts'
import { localeOf } from '../../accounts/locale.ts'
import { usernameBase } from '../../accounts/names/derived-username.ts'
import { emailKey } from '../../accounts/names/email-address.ts'
import { phoneKey } from '../../accounts/names/phone-number.ts'
import { USERNAME_LIMIT, type UsernameRule, usernameKey } from '../../accounts/names/username.ts'
import type { ForeignAccount } from '../../foreign-systems/foreign-system.ts'
import { textFaults } from '../../platform/text-rules.ts'

/** The rules for names and numbers here. */
type NamingRules = { usernameRule: UsernameRule; phoneRegion: string | undefined }

/** An account without characters that no database can store: U+0000 and half a surrogate pair. */
export function storable(account: ForeignAccount): ForeignAccount {
  const { username, email, phoneNumber, firstName, lastName } = account
  const texts = [username ?? '', email, phoneNumber, firstName, lastName]
  if (texts.every((text) => text.isWellFormed() && !text.includes('\0'))) return account
  const clean = (text: string) => text.replaceAll('\0', '').toWellFormed()
  return {
    ...account,
    username: username === undefined ? undefined : clean(username),
    email: clean(email),
    phoneNumber: clean(phoneNumber),
    firstName: clean(firstName),
    lastName: clean(lastName),
  }
}

/**
 * The row for a new account, before anything about other accounts is known. Its key also becomes its id, unless the key
 * is so large that later ids could not be exact numbers in JSON.
 */
export function newRow(
  account: ForeignAccount,
  username: string,
  { usernameRule, phoneRegion }: NamingRules,
  now: number,
): ImportedAccount {
  const { uid, isActive } = account
  return {
    id: uid.isNumber && /^[1-9]\d{0,11}$/.test(uid.text) ? Number(uid.text) : null,
    uid: uid.text,
    uid_is_number: uid.isNumber ? 1 : 0,
    username,
    username_key: usernameKey(username, usernameRule),
    email: account.email,
    email_key: emailKey(account.email) ?? '',
    phone_number: account.phoneNumber,
    phone_key: account.phoneNumber === '' ? '' : (phoneKey(account.phoneNumber, phoneRegion) ?? ''),
    first_name: account.firstName,
    last_name: account.lastName,
    is_staff: account.isStaff ? 1 : 0,
    is_superuser: account.isSuperuser ? 1 : 0,
    created_at: account.createdAt ?? now,
    last_login_at: account.lastLoginAt ?? null,
    email_verified_at: account.isEmailVerified && emailKey(account.email) !== undefined ? now : null,
    deactivated_at: isActive ? null : now,
    // Its old tokens stay invalid if the account is activated again.
    sessions_void_at: isActive ? null : now,
    profile: JSON.stringify(account.profile),
    locale: localeOf(account.locale ?? '') ?? null,
  }
}

/**
 * Whether a name is short enough to be stored. All characters are accepted, because the account already has the name.
 */
export function isFitName(username: string): boolean {
  return textFaults(username, USERNAME_LIMIT).length === 0
}

/** A name for an account that has none, by the same rule as for everybody who has not chosen one. */
export function derivedUsername(account: ForeignAccount): string {
  return usernameBase(account)
}

/** A name like this one that differs from it: `anna-17`, then `anna-17-2` and so on. */
export function* otherNames(username: string, key: string): Generator<string> {
  for (let attempt = 1; ; attempt++) {
    const ending = attempt === 1 ? `-${key}` : `-${key}-${attempt}`
    yield `${username.slice(0, USERNAME_LIMIT - ending.length)}${ending}`
  }
}
