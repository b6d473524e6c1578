import type { Account } from '../../accounts/account.ts'
import { findAccount } from '../../accounts/account-store.ts'
import { type AuditEvent, listEvents } from '../../audit/audit-store.ts'
import { AuthError } from '../../errors.ts'
import { listMailOfAccount, type MailRecord } from '../../mail/outbox-store.ts'
import { listOneTimeTokens } from '../../one-time-tokens/one-time-token-store.ts'
import { findPasswordHash } from '../../passwords/password-store.ts'
import { listKnownNetworks } from '../../rate-limits/known-network-store.ts'
import { listDeviceTimes } from '../../sessions/device-store.ts'
import type { Session } from '../../sessions/session.ts'
import { listSessionsOfAccount } from '../../sessions/session-store.ts'
import type { Database } from '../../storage/database.ts'
import type { Caller } from '../rights/actor.ts'

/** Everything stored about an account, except secrets and values derived from them. */
export type AccountExport = {
  account: Account
  hasPassword: boolean
  sessions: Session[]
  /** Newest first. */
  events: AuditEvent[]
  mails: MailRecord[]
  devices: { firstSeenAt: number; lastSeenAt: number }[]
  /** The networks it was logged in from. */
  networks: { network: string; lastLoginAt: number }[]
  /** Mailed tokens that are not used yet. */
  oneTimeTokens: { purpose: string; email: string; createdAt: number; expiresAt: number }[]
  /** Data of other parts, by name, ready to show. */
  others: Readonly<Record<string, unknown>>
}

/** @throws AuthError `account_not_found` */
export type ExportAccount = (caller: Caller) => Promise<AccountExport>

type ExportAccountParts = {
  database: Database
  /**
   * Parts of the server that accounts do not know, such as the sample posts. Each returns its data about an account.
   */
  others: Readonly<Record<string, (accountId: number) => Promise<unknown>>>
}

const EVENTS_PAGE = 500

export function createExportAccount({ database, others }: ExportAccountParts): ExportAccount {
  async function allEvents(accountId: number): Promise<AuditEvent[]> {
    const events: AuditEvent[] = []
    let beforeId: number | undefined
    do {
      const page = await listEvents(database.read, { accountId, beforeId, limit: EVENTS_PAGE })
      events.push(...page.events)
      beforeId = page.nextBeforeId
    } while (beforeId !== undefined)
    return events
  }

  return async (caller) => {
    const { id } = caller.account
    const account = await findAccount(database.read, id)
    if (account === undefined) throw new AuthError('account_not_found')
    const tokens = await listOneTimeTokens(database.read, id, 1_000)
    const held = await Promise.all(Object.entries(others).map(async ([name, read]) => [name, await read(id)] as const))
    return {
      account,
      hasPassword: (await findPasswordHash(database.read, id)) !== undefined,
      sessions: await listSessionsOfAccount(database.read, id, { withEnded: true }),
      events: await allEvents(id),
      mails: await listMailOfAccount(
        database.read,
        id,
        account.emailVerifiedAt === undefined ? undefined : account.email,
      ),
      devices: await listDeviceTimes(database.read, id),
      networks: await listKnownNetworks(database.read, id),
      oneTimeTokens: tokens.map(({ purpose, email, createdAt, expiresAt }) => ({
        purpose,
        email,
        createdAt,
        expiresAt,
      })),
      others: Object.fromEntries(held),
    }
  }
}
