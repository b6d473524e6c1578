import { emailKey } from '../../accounts/email-address.ts'
import {
  findCandidateByUsername,
  type LoginCandidate,
  listCandidatesByEmail,
} from '../../accounts/login-candidate-store.ts'
import type { UsernameRule } from '../../accounts/username.ts'
import type { Database } from '../../storage/database.ts'

type FindLoginAccountParts = {
  database: Database
  usernameRule: UsernameRule
  settings: { loginWith: 'username' | 'email' | 'username-or-email' }
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
 * then the only account with the address. If several accounts have an address and none, or more than one, has confirmed
 * it, it refers to nobody.
 */
export function createFindLoginAccount({ database, usernameRule, settings }: FindLoginAccountParts): FindLoginAccount {
  const { loginWith } = settings
  const byUsername = (typed: string, network: string) =>
    findCandidateByUsername(database.read, typed, usernameRule, network)

  /** The first two candidates, accounts with a confirmed address first. */
  async function byEmail(
    typed: string,
    network: string,
  ): Promise<{ proven?: LoginCandidate | undefined; claimed?: LoginCandidate | undefined }> {
    const [first, second] = await listCandidatesByEmail(database.read, emailKey(typed) ?? '', network)
    if (first === undefined) return {}
    if (first.account.emailVerifiedAt === undefined) return { claimed: second === undefined ? first : undefined }
    return { proven: second?.account.emailVerifiedAt === undefined ? first : undefined }
  }

  switch (loginWith) {
    case 'username':
      return byUsername
    case 'email':
      return async (typed, network) => {
        const { proven, claimed } = await byEmail(typed, network)
        return proven ?? claimed
      }
    case 'username-or-email':
      return async (typed, network) => {
        const [{ proven, claimed }, named] = await Promise.all([byEmail(typed, network), byUsername(typed, network)])
        return proven ?? named ?? claimed
      }
  }
}
