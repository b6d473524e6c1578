import { findAccount } from '../../accounts/account-store.ts'
import { type Locale, localeOf } from '../../accounts/locale.ts'
import type { LoginKind } from '../../accounts/login-kind.ts'
import { findAnyToken } from '../../one-time-tokens/one-time-token-store.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../storage/database.ts'

/** What a page says about the mailed link that opened it, to whoever has the link. */
export type LinkFacts = {
  /** What its account logs in with: password managers store a new password under it. Undefined: there is no account yet. */
  login: string | undefined
  /** The language of the mail; undefined: one that the pages do not have. */
  locale: Locale | undefined
}

/**
 * Says who a link is for. It only reads, because mail scanners open every link.
 *
 * @returns undefined if there is no such link. A link that was used is still for somebody.
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
  /** MAIL_LANGUAGE: the language of mail to whoever has not chosen one. */
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
