import type { Locale } from './locale.ts'
import type { Profile } from './profile.ts'

/** Somebody who can log in. */
export type Account = {
  /** Stable, positive, never reused after a deletion. */
  id: number
  username: string
  /** May be empty; several accounts may share it. */
  email: string
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
  /** Incremented by every change of what a login proves. */
  credentialsVersion: number
  /** The profile fields that you declared. */
  profile: Profile
  /** The language of mails to the account; undefined: nobody has chosen one, and MAIL_LANGUAGE counts. */
  locale: Locale | undefined
}

/** The data of a new account; everything else has its initial value. */
export type NewAccount = Pick<
  Account,
  'username' | 'email' | 'phoneNumber' | 'firstName' | 'lastName' | 'isStaff' | 'isSuperuser'
> & {
  /** Already validated. Default: empty. */
  profile?: Profile
  /** Default: for those who register, the language that their client prefers; for others, not chosen. */
  locale?: Locale | undefined
}

/** Whether the account is active. */
export function isActive(account: Account): boolean {
  return account.deactivatedAt === undefined
}

/**
 * The id of the account with this `uid`, the text by which tokens name accounts. 0, which no account has, if the text
 * cannot be an id.
 */
export function idOfUid(uid: string | undefined): number {
  const id = uid !== undefined && /^[1-9]\d{0,15}$/.test(uid) ? Number(uid) : 0
  return Number.isSafeInteger(id) ? id : 0
}
