import { emailKey } from '../../accounts/email-address.ts'
import {
  findCandidateByEmail,
  findCandidateByUsername,
  type LoginCandidate,
} from '../../accounts/login-candidate-store.ts'
import type { UsernameRule } from '../../accounts/username.ts'
import type { Database } from '../../storage/database.ts'

type FindLoginAccountParts = {
  database: Database
  usernameRule: UsernameRule
  settings: { loginWith: 'username' | 'email' | 'username-or-email'; maximumSessionsPerAccount: number | undefined }
}

/**
 * The account that a login name refers to, active or not, with its password. The database queries are the same for
 * every name.
 *
 * @param network of the request
 */
export type FindLoginAccount = (typed: string, network: string) => Promise<LoginCandidate | undefined>

/**
 * By LOGIN_WITH. A username may look like somebody's email address, and somebody may have given another person's
 * address. So confirmation counts first: the account that confirmed the address, then the account with that username,
 * then the oldest account that claims the address. An address that nobody has confirmed is its first claimant's, until its
 * owner confirms it.
 */
export function createFindLoginAccount({ database, usernameRule, settings }: FindLoginAccountParts): FindLoginAccount {
  const { loginWith, maximumSessionsPerAccount: most } = settings
  // One more session is about to start.
  const lookup = (network: string) => ({ network, mostSessions: most === undefined ? undefined : most - 1 })
  const byUsername = (typed: string, network: string) =>
    findCandidateByUsername(database.read, typed, usernameRule, lookup(network))
  const byEmail = (typed: string, network: string) =>
    findCandidateByEmail(database.read, emailKey(typed) ?? '', lookup(network))

  switch (loginWith) {
    case 'username':
      return byUsername
    case 'email':
      return byEmail
    case 'username-or-email':
      return async (typed, network) => {
        const [owner, named] = await Promise.all([byEmail(typed, network), byUsername(typed, network)])
        return owner?.account.emailVerifiedAt === undefined ? (named ?? owner) : owner
      }
  }
}
