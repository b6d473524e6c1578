import { type Account, isActive } from '../../accounts/account.ts'
import { findAccount } from '../../accounts/account-store.ts'
import { emailKey } from '../../accounts/names/email-address.ts'
import { AuthError } from '../../errors.ts'
import { linkPageOf } from '../../mail/link-pages.ts'
import type { Mail, MessageValues } from '../../mail/mail.ts'
import type { Outbox, PreparedMail } from '../../mail/outbox.ts'
import { createOneTimeToken, type OneTimeToken, type OneTimeUse } from '../../one-time-tokens/one-time-token.ts'
import { findOneTimeToken, keepOneTimeToken } from '../../one-time-tokens/one-time-token-store.ts'
import type { Random } from '../../platform/random.ts'
import type { Queryable, Transaction } from '../../storage/prepared.ts'
import type { EmailFlow } from './email-flow.ts'

/** The parts of a flow that determine its mail. */
export type EmailedFlow = Pick<EmailFlow, 'purpose' | 'lifetimeMs'>

/** An email with its tokens, to be stored together. */
export type PreparedLinks = { mail: PreparedMail; tokens: readonly OneTimeToken[] }

/** What a link needs besides its flow: its account, and the values of its lines in the email. */
type LinkUse = Omit<OneTimeUse, 'purpose' | 'locale'> & {
  values: MessageValues
  /** Its address, if it leads elsewhere than to the page of its purpose. */
  link?: string | undefined
}

/**
 * Prepares one email of a flow with one link per use, all to one address. It stores nothing: see `keepLinks`.
 *
 * @param mail.values the values of the message, besides the lifetime of the links
 */
export function prepareLinks(
  { random, outbox }: { random: Random; outbox: Outbox },
  flow: EmailedFlow,
  uses: readonly LinkUse[],
  mail: Pick<Mail, 'to' | 'accountId' | 'locale' | 'values'>,
  now: number,
): PreparedLinks {
  const ownPage = linkPageOf(flow.purpose) ?? '/'
  const made = uses.map(({ values, link: page = ownPage, ...use }) => ({
    values,
    page,
    ...createOneTimeToken(random, { ...use, purpose: flow.purpose, locale: mail.locale }, flow.lifetimeMs, now),
  }))
  return {
    tokens: made.map(({ token }) => token),
    mail: outbox.prepare({
      ...mail,
      kind: flow.purpose,
      values: { ...mail.values, lifetime: { ms: flow.lifetimeMs } },
      links: made.map(({ secret, values, page }) => ({ page, token: secret, values })),
      expiresAt: now + flow.lifetimeMs,
    }),
  }
}

/** Stores the tokens and queues their mail, in the caller's transaction. */
export async function keepLinks(tx: Transaction, outbox: Outbox, prepared: PreparedLinks, now: number): Promise<void> {
  for (const token of prepared.tokens) await keepOneTimeToken(tx, token)
  await outbox.queue(tx, prepared.mail, now)
}

/** Whether the account's address can receive mail at all. */
export function isMailable(account: Pick<Account, 'email'>): boolean {
  return emailKey(account.email) !== undefined
}

/** What a new token records about its account, so that it becomes void when that changes. */
export function boundTo({ id, credentialsVersion }: Account): OneTimeToken['account'] {
  return { id, credentialsVersion }
}

/** A token with the account that it was sent to. */
type AccountToken = { token: OneTimeToken; account: Account }

/**
 * The account that a presented token was sent to, if both have not changed since. Does not use the token.
 *
 * @throws AuthError `one_time_token_not_valid`
 */
export async function accountOfToken(
  db: Queryable,
  purpose: string,
  presented: string,
  now: number,
): Promise<AccountToken> {
  const found = await findAccountToken(db, purpose, presented, now)
  requireUnchanged(found)
  return found
}

/**
 * The same for a token that confirms the address it was sent to.
 *
 * @returns undefined if the account has already confirmed it, so that a second click still succeeds
 * @throws AuthError `one_time_token_not_valid`
 */
export async function accountToConfirm(
  db: Queryable,
  purpose: string,
  presented: string,
  now: number,
): Promise<AccountToken | undefined> {
  const found = await findAccountToken(db, purpose, presented, now)
  if (isConfirmed(found)) return undefined
  requireUnchanged(found)
  return found
}

/**
 * Allows that another click at the same moment has confirmed the address of this token.
 *
 * @throws AuthError `one_time_token_not_valid` if none has: then the account was changed in another way
 */
export async function requireConfirmed(db: Queryable, { token, account }: AccountToken): Promise<void> {
  const current = await findAccount(db, account.id)
  if (current === undefined || !isConfirmed({ token, account: current })) {
    throw notValid('its account was changed at the same moment')
  }
}

async function findAccountToken(db: Queryable, purpose: string, presented: string, now: number): Promise<AccountToken> {
  const token = await findOneTimeToken(db, purpose, presented, now)
  const account = token?.account && (await findAccount(db, token.account.id))
  if (token === undefined || account === undefined) throw notValid('the token is unknown, used or expired')
  return { token, account }
}

function requireUnchanged({ token, account }: AccountToken): void {
  if (!isActive(account)) throw notValid('its account is not active')
  if (account.credentialsVersion !== token.account?.credentialsVersion) throw notValid('its account was changed since')
}

function isConfirmed({ token, account }: AccountToken): boolean {
  return account.emailVerifiedAt !== undefined && account.email === token.email
}

/** The refusal of a token. The client does not learn the reason. */
export function notValid(detail: string): AuthError {
  return new AuthError('one_time_token_not_valid', { detail })
}
