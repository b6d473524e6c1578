import type { Account } from '../../accounts/account.ts'
import { findAccountsByEmailKey } from '../../accounts/account-email-store.ts'
import { findAccount } from '../../accounts/account-store.ts'
import { emailKey } from '../../accounts/names/email-address.ts'
import type { RequestOrigin } from '../../audit/origin.ts'
import {
  listMailRequests,
  type MailRequest,
  requestMail,
  requestMailOfEach,
  takeMailRequest,
} from '../../mail/mail-request-store.ts'
import type { Outbox } from '../../mail/outbox.ts'
import type { Clock } from '../../platform/clock.ts'
import { sha256 } from '../../platform/digest.ts'
import type { Random } from '../../platform/random.ts'
import type { Limiter } from '../../rate-limits/limiter.ts'
import { mailRequestClaim } from '../../rate-limits/limits.ts'
import type { Database } from '../../storage/database.ts'
import type { Transaction } from '../../storage/prepared.ts'
import { LOGIN_CODE } from '../mfa/mail-code.ts'
import type { PrepareLoginCode } from '../mfa/mail-login.ts'
import type { EmailFlow, LinkRules, MailedFlow } from './email-flow.ts'
import { boundTo, isMailable, keepLinks, type PreparedLinks, prepareLinks } from './emailed-token.ts'

/** The most accounts of one address that get a link. */
const LINKS_LIMIT = 10
/** How many requests are answered at a time. */
const BATCH = 50
/**
 * How long requests wait before they are answered. They are answered together, so that the duration of the next request
 * does not reveal whether this one had any effect.
 */
export const REQUEST_DELAY_MS = 250

/**
 * Stores a request for mail to an address. Nothing more happens while the client waits, and it is the same for known,
 * unknown and inactive addresses.
 *
 * @throws AuthError `throttled`
 */
export type AskForMail = (
  purpose: string,
  address: string,
  origin: RequestOrigin,
  rules?: Pick<LinkRules, 'isExact'>,
) => Promise<void>

export function createAskForMail({
  database,
  clock,
  outbox,
  limiter,
}: Pick<MailRequestParts, 'database' | 'clock' | 'outbox'> & { limiter: Limiter }): AskForMail {
  return async (purpose, address, origin, { isExact = false } = {}) => {
    const key = emailKey(address)
    // The count must not reveal anything either, so it uses the typed address.
    await limiter.admit(mailRequestClaim(purpose, sha256(key ?? address)), { address: origin.address })
    if (!outbox.isOn) return
    const looked = key !== undefined && isExact ? address : (key ?? '')
    const request = { purpose, emailKey: looked, accountId: undefined }
    await database.inTransaction((tx) => requestMail(tx, request, clock.now()))
    outbox.wake(REQUEST_DELAY_MS)
  }
}

/**
 * Mails an account after the caller's transaction, which must be followed by `outbox.wake()`.
 *
 * @returns false if that is not possible: mail is off, or the account has no address
 */
export async function requestMailFor(
  tx: Transaction,
  outbox: Outbox,
  purpose: string,
  account: Account,
  now: number,
): Promise<boolean> {
  return (await requestMailForEach(tx, outbox, purpose, [account], now)).has(account.id)
}

/** The same for many accounts. @returns the ids of those to which mail can be sent */
export async function requestMailForEach(
  tx: Transaction,
  outbox: Outbox,
  purpose: string,
  accounts: readonly Account[],
  now: number,
): Promise<Set<number>> {
  const ids = outbox.isOn ? accounts.filter(isMailable).map(({ id }) => id) : []
  await requestMailOfEach(tx, purpose, ids, now)
  return new Set(ids)
}

type MailRequestParts = {
  database: Database
  clock: Clock
  random: Random
  outbox: Outbox
  flows: readonly (EmailFlow | MailedFlow)[]
  /** Writes the email with the code of a login by email. Default: there are no such logins. */
  prepareLoginCode?: PrepareLoginCode
}

/**
 * Answers waiting requests: finds the accounts, creates their tokens and queues the emails. Any number of processes may
 * do this at once; each request is answered once.
 */
export function createMailRequests(parts: MailRequestParts): { answerAll(): Promise<void> } {
  const { database, clock, outbox, flows, prepareLoginCode } = parts

  async function answer(request: MailRequest): Promise<void> {
    const now = clock.now()
    const prepared = await prepare(request, now)
    const sendCode = request.purpose === LOGIN_CODE ? await prepareLoginCode?.(request.emailKey, now) : undefined
    await database.inTransaction(async (tx) => {
      if (!(await takeMailRequest(tx, request.id))) return
      for (const links of prepared) await keepLinks(tx, outbox, links, now)
      await sendCode?.(tx)
    })
  }

  async function prepare({ purpose, ...recipient }: MailRequest, now: number): Promise<PreparedLinks[]> {
    const flow = flows.find((one) => one.purpose === purpose)
    if (flow?.ask.by !== 'address') return []
    const { isFor, mayAsk } = flow.ask
    const isTyped = recipient.accountId === undefined
    const rules: LinkRules = 'isExact' in flow.ask ? flow.ask : {}
    const accounts: Account[] = []
    for (const account of await accountsMeant(recipient, rules)) {
      if (isTyped && (await mayAsk?.(database.read, account)) === false) continue
      const isMeant = isFor(account) && isMailable(account)
      if (isMeant && (await rules.qualifies?.(database.read, account)) !== false) accounts.push(account)
    }
    return Promise.all(
      byAddress(accounts).map(async (owners) => {
        const trusted = owners.toSorted(mostTrusted).slice(0, LINKS_LIMIT)
        const uses = trusted.map(async (account) => ({
          account: boundTo(account),
          state: await rules.stateOf?.(database.read, account),
          link: rules.linkOf?.(account),
          email: account.email,
          values: { username: account.username },
        }))
        const [{ id, email } = { id: undefined, email: '' }, ...others] = owners
        // One email for all of them, in the language of the first account that has chosen one.
        const locale = trusted.find((account) => account.locale !== undefined)?.locale
        const accountId = others.length === 0 ? id : undefined
        const mail = { to: email, accountId, locale, values: rules.values ?? {} }
        return prepareLinks(parts, flow, await Promise.all(uses), mail, now)
      }),
    )
  }

  async function accountsMeant(
    { accountId, emailKey: typed }: Pick<MailRequest, 'accountId' | 'emailKey'>,
    { isExact = false }: LinkRules,
  ) {
    if (accountId !== undefined) {
      const account = await findAccount(database.read, accountId)
      return account === undefined ? [] : [account]
    }
    if (!isExact) return findAccountsByEmailKey(database.read, typed)
    return (await findAccountsByEmailKey(database.read, emailKey(typed) ?? '')).filter(({ email }) => email === typed)
  }

  return {
    async answerAll() {
      for (;;) {
        const requests = await listMailRequests(database.read, BATCH)
        const outcomes = await Promise.allSettled(requests.map(answer))
        const failed = outcomes.find((outcome) => outcome.status === 'rejected')
        if (failed !== undefined) throw failed.reason
        if (requests.length < BATCH) return
      }
    },
  }
}

/** Accounts with one address may spell it differently. Each gets mail at its own spelling. */
function byAddress(accounts: readonly Account[]): Account[][] {
  return [...Map.groupBy(accounts, ({ email }) => email).values()]
}

/** Accounts that have confirmed the address come first, then older ones: new accounts cannot crowd out anybody. */
function mostTrusted(one: Account, other: Account): number {
  const rank = (account: Account) => (account.emailVerifiedAt === undefined ? 1 : 0)
  return rank(one) - rank(other) || one.id - other.id
}
