import { type Account, isActive } from '../../accounts/account.ts'
import { findAccount } from '../../accounts/account-store.ts'
import { emailKey } from '../../accounts/email-address.ts'
import { AuthError } from '../../errors.ts'
import type { Mail, MessageValues } from '../../mail/mail.ts'
import type { Outbox, PreparedMail } from '../../mail/outbox.ts'
import { createOneTimeToken, type OneTimeToken, type OneTimeUse } from '../../one-time-tokens/one-time-token.ts'
import { findOneTimeToken, keepOneTimeToken } from '../../one-time-tokens/one-time-token-store.ts'
import type { Random } from '../../platform/random.ts'
import type { Queryable } from '../../storage/prepared.ts'
import type { EmailFlow } from './email-flow.ts'

/** What of a flow decides about its mail. */
export type EmailedFlow = Pick<EmailFlow, 'purpose' | 'lifetimeMs'> & { page: Pick<EmailFlow['page'], 'path'> }

/** A mail with its tokens: ready to be kept together. */
export type PreparedLinks = { mail: PreparedMail; tokens: readonly OneTimeToken[] }

/** What a link is made of, besides its flow: whose it is, and what its lines in the mail say. */
type LinkUse = Omit<OneTimeUse, 'purpose'> & { values: MessageValues }

/**
 * Makes one mail of a flow with a link for each use, all of them to one address. Nothing is stored yet: see `keepLinks`.
 *
 * @param mail.values what the message says besides the length of time the links are good
 */
export function prepareLinks(
  { random, outbox }: { random: Random; outbox: Outbox },
  flow: EmailedFlow,
  uses: readonly LinkUse[],
  mail: Pick<Mail, 'to' | 'accountId' | 'values'>,
  now: number,
): PreparedLinks {
  const made = uses.map(({ values, ...use }) => ({
    values,
    ...createOneTimeToken(random, { ...use, purpose: flow.purpose }, flow.lifetimeMs, now),
  }))
  return {
    tokens: made.map(({ token }) => token),
    mail: outbox.prepare({
      ...mail,
      kind: flow.purpose,
      values: { ...mail.values, lifetime: { ms: flow.lifetimeMs } },
      links: made.map(({ secret, values }) => ({ page: flow.page.path, token: secret, values })),
      expiresAt: now + flow.lifetimeMs,
    }),
  }
}

/** Stores the tokens and queues their mail, in the caller's transaction. */
export async function keepLinks(tx: Queryable, outbox: Outbox, prepared: PreparedLinks, now: number): Promise<void> {
  for (const token of prepared.tokens) await keepOneTimeToken(tx, token)
  await outbox.queue(tx, prepared.mail, now)
}

/** Whether mail can be sent to the account's address at all. */
export function isMailable(account: Pick<Account, 'email'>): boolean {
  return emailKey(account.email) !== undefined
}

/** What a new token remembers of its account, to be void once that has changed. */
export function boundTo({ id, credentialsVersion }: Account): OneTimeToken['account'] {
  return { id, credentialsVersion }
}

/**
 * The account that a presented token was sent to, if both are as they were then. The token is not used up.
 *
 * @throws AuthError `one_time_token_not_valid`
 */
export async function accountOfToken(
  db: Queryable,
  purpose: string,
  presented: string,
  now: number,
): Promise<{ token: OneTimeToken; account: Account }> {
  const token = await findOneTimeToken(db, purpose, presented, now)
  const account = token?.account && (await findAccount(db, token.account.id))
  if (token === undefined || account === undefined) throw notValid('there is none')
  if (!isActive(account)) throw notValid('its account is not active')
  if (account.credentialsVersion !== token.account?.credentialsVersion) throw notValid('its account was changed since')
  return { token, account }
}

/** The refusal of a token; whoever presents it is not told why. */
export function notValid(detail: string): AuthError {
  return new AuthError('one_time_token_not_valid', { detail })
}
