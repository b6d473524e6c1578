import type { Account } from '../../accounts/account.ts'
import { type AuditEvent, listEvents } from '../../audit/event-search-store.ts'
import { listMailOfAccount, type MailRecord } from '../../mail/outbox-store.ts'
import { listOneTimeTokens } from '../../one-time-tokens/one-time-token-store.ts'
import { findPasswordHash } from '../../passwords/password-store.ts'
import { type KnownNetwork, listKnownNetworks } from '../../rate-limits/known-network-store.ts'
import { type DeviceTimes, listDeviceTimes } from '../../sessions/device-store.ts'
import type { Session } from '../../sessions/session.ts'
import { searchSessions } from '../../sessions/session-search-store.ts'
import type { Database } from '../../storage/database.ts'
import type { Rights } from '../rights/account-rights.ts'
import type { Caller } from '../rights/actor.ts'
import { getAccount } from './get-account.ts'

/** A list that may be long, read page by page. */
type Pages<Item> = AsyncIterable<readonly Item[]>

/** Everything stored about an account, except secrets and values derived from them. */
export type AccountExport = {
  account: Account
  hasPassword: boolean
  /** Newest first. */
  sessions: Pages<Session>
  /** Newest first. */
  events: Pages<AuditEvent>
  /** Newest first. */
  mails: Pages<MailRecord>
  devices: Pages<DeviceTimes>
  /** The networks it was logged in from. */
  networks: Pages<KnownNetwork>
  /** Mailed tokens that are not used yet. */
  oneTimeTokens: { purpose: string; email: string; createdAt: number; expiresAt: number }[]
  rights: Awaited<ReturnType<Rights['heldBy']>>
  /** Data of other parts, by name, ready to show. */
  others: Readonly<Record<string, Pages<unknown>>>
}

/** Reads an account for its owner. The lists are read as they are consumed. @throws AuthError `account_not_found` */
export type ExportAccount = (caller: Caller) => Promise<AccountExport>

type ExportAccountParts = {
  database: Database
  rights: Pick<Rights, 'heldBy'>
  /** Parts of the server that accounts do not know, such as the sample posts. Each returns its data about an account. */
  others: Readonly<Record<string, (accountId: number) => Pages<unknown>>>
}

/** How many rows of any list are in memory at once. */
const PAGE = 500

/** One-time tokens expire within days, and rate limits bound how many are mailed. */
const MOST_TOKENS = 1_000

export function createExportAccount({ database, rights, others }: ExportAccountParts): ExportAccount {
  async function* sessionsOf(accountId: number): Pages<Session> {
    let after: Awaited<ReturnType<typeof searchSessions>>['end']
    do {
      const page = await searchSessions(database.read, { filter: { accountId }, after, limit: PAGE })
      yield page.sessions
      after = page.end
    } while (after !== undefined)
  }

  async function* eventsOf(accountId: number): Pages<AuditEvent> {
    let beforeId: number | undefined
    do {
      const page = await listEvents(database.read, { accountId, beforeId, limit: PAGE })
      yield page.events
      beforeId = page.nextBeforeId
    } while (beforeId !== undefined)
  }

  return async (caller) => {
    const { id } = caller.account
    const account = await getAccount(database.read, id, 'account_not_found')
    const provenEmail = account.emailVerifiedAt === undefined ? undefined : account.email
    const tokens = await listOneTimeTokens(database.read, id, MOST_TOKENS)
    return {
      account,
      hasPassword: (await findPasswordHash(database.read, id)) !== undefined,
      sessions: sessionsOf(id),
      events: eventsOf(id),
      mails: pagesOf((last: MailRecord | undefined) =>
        listMailOfAccount(database.read, { accountId: id, provenEmail }, last?.number, PAGE),
      ),
      devices: pagesOf((last: DeviceTimes | undefined) => listDeviceTimes(database.read, id, last?.key, PAGE)),
      networks: pagesOf((last: KnownNetwork | undefined) => listKnownNetworks(database.read, id, last?.network, PAGE)),
      oneTimeTokens: tokens.map(({ purpose, email, createdAt, expiresAt }) => ({
        purpose,
        email,
        createdAt,
        expiresAt,
      })),
      rights: await rights.heldBy(id),
      others: Object.fromEntries(Object.entries(others).map(([name, read]) => [name, read(id)])),
    }
  }
}

/** @param read the rows after `last`, at most PAGE of them */
async function* pagesOf<Item>(read: (last: Item | undefined) => Promise<Item[]>): Pages<Item> {
  let page: Item[] = []
  do {
    page = await read(page.at(-1))
    yield page
  } while (page.length === PAGE)
}
