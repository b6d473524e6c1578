import type { Account } from '../../accounts/account.ts'
import { findAccountsForEmailLogin } from '../../accounts/account-email-store.ts'
import { findAccountByUsername } from '../../accounts/account-store.ts'
import { emailKey } from '../../accounts/email-address.ts'
import type { UsernameRule } from '../../accounts/username.ts'
import type { Database } from '../../storage/database.ts'

type FindLoginAccountParts = {
  database: Database
  usernameRule: UsernameRule
  settings: { loginWith: 'username' | 'email' | 'username-or-email' }
}

/** Whom somebody means who logs in with this name, active or not. The same is asked of the database for everybody. */
export type FindLoginAccount = (typed: string) => Promise<Account | undefined>

/**
 * By LOGIN_WITH. A username may look like somebody's e-mail address, and an address may be given by somebody whose it is
 * not, so what is proven counts first: the account that has proven the address, then the account of that username, then
 * the only account that has the address. An address that several have and none or more than one has proven is nobody's.
 */
export function createFindLoginAccount({ database, usernameRule, settings }: FindLoginAccountParts): FindLoginAccount {
  const { loginWith } = settings
  const byUsername = (typed: string) => findAccountByUsername(database.read, typed, usernameRule)

  /** The first two that may be meant, those who have proven the address first. */
  async function byEmail(typed: string): Promise<{ proven?: Account | undefined; claimed?: Account | undefined }> {
    const [first, second] = await findAccountsForEmailLogin(database.read, emailKey(typed) ?? '')
    if (first === undefined) return {}
    if (first.emailVerifiedAt === undefined) return { claimed: second === undefined ? first : undefined }
    return { proven: second?.emailVerifiedAt === undefined ? first : undefined }
  }

  switch (loginWith) {
    case 'username':
      return byUsername
    case 'email':
      return async (typed) => {
        const { proven, claimed } = await byEmail(typed)
        return proven ?? claimed
      }
    case 'username-or-email':
      return async (typed) => {
        const [{ proven, claimed }, named] = await Promise.all([byEmail(typed), byUsername(typed)])
        return proven ?? named ?? claimed
      }
  }
}
