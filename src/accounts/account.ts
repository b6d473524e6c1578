import type { Profile } from './profile.ts'

/** Somebody who can log in. */
export type Account = {
  /** Stable, positive, never used again after a deletion. */
  id: number
  username: string
  /** May be empty; need not be unique. */
  email: string
  phoneNumber: string
  firstName: string
  lastName: string
  /** May enter the administration. */
  isStaff: boolean
  /** Has every permission. */
  isSuperuser: boolean
  createdAt: number
  lastLoginAt: number | undefined
  emailVerifiedAt: number | undefined
  /** Set while the account may not be used. */
  deactivatedAt: number | undefined
  /** Sessions that began at this moment or before it are void. */
  sessionsVoidAt: number | undefined
  /** Raised by every change of what a login proves. */
  credentialsVersion: number
  /** The fields that the deployment declares. */
  profile: Profile
}

/** What a new account is made of; the rest has its beginning. */
export type NewAccount = Pick<
  Account,
  'username' | 'email' | 'phoneNumber' | 'firstName' | 'lastName' | 'isStaff' | 'isSuperuser'
> & {
  /** Checked already. Default: empty. */
  profile?: Profile
}

/** Whether the account may be used at all. */
export function isActive(account: Account): boolean {
  return account.deactivatedAt === undefined
}

/** The id of the account with this `uid`, the text by which tokens name accounts. 0, which is nobody's, if it can be none. */
export function idOfUid(uid: string | undefined): number {
  const id = uid !== undefined && /^[1-9]\d{0,15}$/.test(uid) ? Number(uid) : 0
  return Number.isSafeInteger(id) ? id : 0
}
