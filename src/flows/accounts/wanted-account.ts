import { type Account, isActive } from '../../accounts/account.ts'
import type { Locale } from '../../accounts/locale.ts'
import { normalizeEmailDomain } from '../../accounts/names/email-address.ts'
import { normalizeUsername } from '../../accounts/names/username.ts'
import type { Profile } from '../../accounts/profile/profile.ts'
import type { Transaction } from '../../storage/prepared.ts'
import { type Grants, hasGrants } from '../rights/grants.ts'

/** The wanted values of an account. Undefined values stay. */
export type WantedAccount = Grants & {
  username?: string | undefined
  email?: string | undefined
  /** Stores the address as it was typed, in any form that Django allows. Default: its domain in lower case. */
  isEmailAsTyped?: boolean
  /** Accepts names with invisible characters, as Django does. Default: refuses them. */
  mayHaveUnseen?: boolean
  isEmailVerified?: boolean | undefined
  phoneNumber?: string | undefined
  firstName?: string | undefined
  lastName?: string | undefined
  /** Null: not chosen. */
  locale?: Locale | null | undefined
  isActive?: boolean | undefined
  isStaff?: boolean | undefined
  isSuperuser?: boolean | undefined
  /** Members to set; `null` removes a member. */
  profile?: Profile | undefined
}

/** The values that differ from the current account, in their stored form. */
export async function differences(tx: Transaction, account: Account, typed: WantedAccount): Promise<WantedAccount> {
  const address = typed.email === undefined || typed.isEmailAsTyped ? typed.email : normalizeEmailDomain(typed.email)
  const email = ifOther(address, account.email)
  const isVerified = email === undefined && account.email !== '' && account.emailVerifiedAt !== undefined
  const hasAddress = (email ?? account.email) !== ''
  const grants = (await hasGrants(tx, account.id, typed)) ? {} : typed
  return {
    username: ifOther(typed.username === undefined ? undefined : normalizeUsername(typed.username), account.username),
    email,
    isEmailVerified: ifOther(typed.isEmailVerified && hasAddress, isVerified),
    phoneNumber: ifOther(typed.phoneNumber, account.phoneNumber),
    firstName: ifOther(typed.firstName, account.firstName),
    lastName: ifOther(typed.lastName, account.lastName),
    locale: ifOther(typed.locale, account.locale ?? null),
    isActive: ifOther(typed.isActive, isActive(account)),
    isStaff: ifOther(typed.isStaff, account.isStaff),
    isSuperuser: ifOther(typed.isSuperuser, account.isSuperuser),
    groups: grants.groups,
    permissions: grants.permissions,
    profile: typed.profile,
  }
}

/** Whether the owner of the account may make every change in this list. */
export function isOwnersChange(wanted: WantedAccount, mayChangeAddress = false): boolean {
  const owned = new Set<string>(['firstName', 'lastName', 'phoneNumber', 'locale', 'profile'])
  if (mayChangeAddress) owned.add('email')
  return Object.entries(wanted).every(([name, value]) => value === undefined || owned.has(name))
}

function ifOther<Value>(wanted: Value | undefined, present: Value): Value | undefined {
  return wanted === present ? undefined : wanted
}
