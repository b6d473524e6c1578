import { emailKey } from '../../accounts/names/email-address.ts'
import {
  findCandidateByEmail,
  findCandidateByPhone,
  findCandidateByUsername,
  type LoginCandidate,
} from '../../accounts/names/login-candidate-store.ts'
import type { LoginKind } from '../../accounts/names/login-kind.ts'
import { phoneKey } from '../../accounts/names/phone-number.ts'
import type { UsernameRule } from '../../accounts/names/username.ts'
import type { Database } from '../../storage/database.ts'

type FindLoginAccountParts = {
  database: Database
  usernameRule: UsernameRule
  settings: {
    loginWith: readonly LoginKind[]
    defaultPhoneRegion: string | undefined
    maximumSessionsPerAccount: number | undefined
  }
}

/**
 * The account that a login name refers to, active or not, with its password. Which database queries run depends on the form
 * of the name alone, never on whether an account has it.
 *
 * @param network of the request
 * @param by what the name is; default: what LOGIN_WITH says
 */
export type FindLoginAccount = (typed: string, network: string, by?: LoginKind) => Promise<LoginCandidate | undefined>

/**
 * By LOGIN_WITH. A username may look like somebody's email address or phone number, and somebody may have given another
 * person's address. So confirmation counts first: the account that confirmed the address; then the account with that
 * username or phone number, the older one if there are two; then the oldest account that claims the address. So an
 * address that nobody has confirmed belongs to the first account that claims it, until its owner confirms it.
 */
export function createFindLoginAccount({ database, usernameRule, settings }: FindLoginAccountParts): FindLoginAccount {
  const { loginWith, defaultPhoneRegion, maximumSessionsPerAccount: most } = settings
  // One more session is about to start.
  const mostSessions = most === undefined ? undefined : most - 1
  const find: Record<LoginKind, FindLoginAccount> = {
    username: (typed, network) =>
      findCandidateByUsername(database.read, typed, usernameRule, { network, mostSessions }),
    email: (typed, network) => findCandidateByEmail(database.read, emailKey(typed) ?? '', { network, mostSessions }),
    phone: (typed, network) =>
      findCandidateByPhone(database.read, phoneKey(typed, defaultPhoneRegion) ?? '', { network, mostSessions }),
  }
  const ifUsed = (kind: LoginKind, typed: string, network: string) =>
    loginWith.includes(kind) ? find[kind](typed, network) : undefined

  return async (typed, network, by) => {
    if (by !== undefined) return find[by](typed, network)
    const [owner, named, called] = await Promise.all([
      ifUsed('email', typed, network),
      ifUsed('username', typed, network),
      ifUsed('phone', typed, network),
    ])
    if (owner?.account.emailVerifiedAt !== undefined) return owner
    return olderOf(named, called) ?? owner
  }
}

function olderOf(one: LoginCandidate | undefined, other: LoginCandidate | undefined): LoginCandidate | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return one.account.id <= other.account.id ? one : other
}
