import { findAccount } from '../../accounts/account-store.ts'
import { type Locale, localeOf } from '../../accounts/locale.ts'
import type { LoginKind } from '../../accounts/names/login-kind.ts'
import { findAnyToken } from '../../one-time-tokens/one-time-token-store.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../storage/database.ts'

/** What the page that a mailed link opens shows about the link. Anyone who has the link may see it. */
type LinkFacts = {
  /**
   * The login name of its account, under which password managers store a new password. Undefined: there is no account
   * yet.
   */
  login: string | undefined
  /** The language of the email; undefined: one that the pages do not have. */
  locale: Locale | undefined
}

/**
 * Describes a mailed link. It only reads, because mail scanners open every link.
 *
 * @returns undefined if there is no such link. A used link can still be described.
 */
export type DescribeLink = (token: string) => Promise<LinkFacts | undefined>

export function createDescribeLink({
  database,
  clock,
  loginWith,
  mailLanguage,
}: {
  database: Database
  clock: Clock
  loginWith: readonly LoginKind[]
  /** MAIL_LANGUAGE: the language of mail to people who have not chosen one. */
  mailLanguage: string
}): DescribeLink {
  return async (presented) => {
    const token = await findAnyToken(database.read, presented, clock.now())
    if (token === undefined) return undefined
    const account = token.account && (await findAccount(database.read, token.account.id))
    return {
      login: account && (loginWith[0] === 'email' && account.email !== '' ? account.email : account.username),
      locale: localeOf(token.locale ?? account?.locale ?? mailLanguage),
    }
  }
}
