import type { Locale } from './locale.ts'
import type { Uid } from './names/uid.ts'
import type { Profile } from './profile/profile.ts'

/** Somebody who can log in. */
export type Account = {
  /** Stable and positive. The database gives none twice, even after a deletion. */
  id: number
  /** The id of the account in tokens, permanently. Unique; by default the same as `id`. See `wireUid`. */
  uid: string
  /** Whether JSON shows the `uid` as a number. */
  isUidNumber: boolean
  username: string
  /** May be empty; several accounts may share it. */
  email: string
  /** As typed. Accounts are found by its E.164 form: see `phoneKey`. */
  phoneNumber: string
  firstName: string
  lastName: string
  /** May use the administration. */
  isStaff: boolean
  /** Has every permission. */
  isSuperuser: boolean
  createdAt: number
  lastLoginAt: number | undefined
  emailVerifiedAt: number | undefined
  /** Set while the account is deactivated. */
  deactivatedAt: number | undefined
  /** Sessions that started at this moment or earlier are void. */
  sessionsVoidAt: number | undefined
  /** Sessions that started at this moment or earlier were ended by one mark. */
  sessionsEndedAt: number | undefined
  /** Incremented by every change of what a login proves. */
  credentialsVersion: number
  /** The profile fields that you declared. */
  profile: Profile
  /** The language of emails to the account; undefined: nobody has chosen one, so MAIL_LANGUAGE applies. */
  locale: Locale | undefined
}

/** The data of a new account; everything else has its initial value. */
export type NewAccount = Pick<
  Account,
  'username' | 'email' | 'phoneNumber' | 'firstName' | 'lastName' | 'isStaff' | 'isSuperuser'
> & {
  /** The key of the phone number. Default: that of a number with a country code. */
  phoneKey?: string | undefined
  /** Default: its id, as a number. */
  uid?: Uid | undefined
  /** Already validated. Default: empty. */
  profile?: Profile
  /** Default: for those who register, the language that their client prefers; for others, not chosen. */
  locale?: Locale | undefined
}

/** Whether the account is active. */
export function isActive(account: Account): boolean {
  return account.deactivatedAt === undefined
}
