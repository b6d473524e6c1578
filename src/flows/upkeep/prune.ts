import { removePostsOfDeletedAuthors } from '../../accounts/deleted-author-store.ts'
import { indexPending } from '../../accounts/search/account-words-store.ts'
import { pruneEvents } from '../../audit/audit-store.ts'
import { pruneMail } from '../../mail/outbox-store.ts'
import { pruneChallenges } from '../../mfa/challenge-store.ts'
import { prunePendingFactors } from '../../mfa/factor-store.ts'
import { pruneTrustedDevices } from '../../mfa/trusted-device-store.ts'
import { pruneOneTimeTokens } from '../../one-time-tokens/one-time-token-store.ts'
import { removeDeletedGroups } from '../../permissions/group-store.ts'
import { pruneKnownNetworks } from '../../rate-limits/known-network-store.ts'
import { pruneLimitCounts } from '../../rate-limits/limit-count-store.ts'
import { KNOWN_NETWORK_MS } from '../../rate-limits/limits.ts'
import { pruneDevices } from '../../sessions/device-store.ts'
import { pruneKeySessions } from '../../sessions/key-store.ts'
import { pruneSessions } from '../../sessions/session-store.ts'
import type { Database } from '../../storage/database.ts'
import { createTidyingTurn } from '../../storage/tidying-turn.ts'
import { pruneDeliveries } from '../../webhooks/delivery-store.ts'
import { removeDeletedWebhooks } from '../../webhooks/webhook-store.ts'
import type { SecurityNotices } from '../mail/security-notices/notices.ts'
import { pruneIssuedCodes, removeDueFactors } from '../mfa/remove-factor.ts'
import { type Chore, deletePaced } from './delete-paced.ts'

const DAY_MS = 86_400_000
/** How long sessions are kept after their last token has expired, so that Latchkey can still say why they ended. */
const KEPT_AFTER_EXPIRY_MS = DAY_MS
/** How long the record of a webhook delivery is kept. */
const KEPT_DELIVERY_MS = 30 * DAY_MS
/** How long the record of an email is kept. Its content is deleted once it is sent. */
const KEPT_MAIL_MS = 30 * DAY_MS

function expiredSessions(now: number): Chore {
  const before = now - KEPT_AFTER_EXPIRY_MS
  return { what: 'deleting expired sessions', remove: (tx, limit) => pruneSessions(tx, before, limit) }
}

type ChoreOptions = { auditRetentionMs: number | undefined; notices: Pick<SecurityNotices, 'factorRemoved'> }

/**
 * The regular chores, a few rows at a time: deleting old rows, and adding new accounts to the search.
 *
 * @param options.auditRetentionMs how long events are kept; undefined: for ever
 */
export function chores(now: number, { auditRetentionMs, notices }: ChoreOptions): Chore[] {
  const old = now - KNOWN_NETWORK_MS
  return [
    expiredSessions(now),
    {
      what: 'deleting keys that have ended',
      remove: (tx, limit) => pruneKeySessions(tx, now - KEPT_AFTER_EXPIRY_MS, limit),
    },
    ...(auditRetentionMs === undefined ? [] : [oldEvents(now - auditRetentionMs)]),
    { what: 'deleting expired logins', remove: (tx, limit) => pruneChallenges(tx, now, limit) },
    {
      what: 'deleting enrolments that nobody finished',
      remove: (tx, limit) => prunePendingFactors(tx, now - DAY_MS, limit),
    },
    { what: 'forgetting trusted devices', remove: (tx, limit) => pruneTrustedDevices(tx, now, limit) },
    { what: 'removing factors', remove: (tx, limit) => removeDueFactors(tx, notices, now, limit) },
    { what: 'deleting issued recovery codes', remove: (tx, limit) => pruneIssuedCodes(tx, now, limit) },
    { what: 'deleting expired one-time tokens', remove: (tx, limit) => pruneOneTimeTokens(tx, now, limit) },
    { what: 'deleting old records of mail', remove: (tx, limit) => pruneMail(tx, now - KEPT_MAIL_MS, limit) },
    { what: 'forgetting old devices', remove: (tx, limit) => pruneDevices(tx, old, limit) },
    {
      what: 'deleting old records of webhooks',
      remove: (tx, limit) => pruneDeliveries(tx, now - KEPT_DELIVERY_MS, limit),
    },
    { what: 'deleting deliveries of deleted webhooks', remove: removeDeletedWebhooks },
    { what: 'deleting members of deleted groups', remove: removeDeletedGroups },
    { what: 'deleting posts of deleted accounts', remove: removePostsOfDeletedAuthors },
    { what: 'deleting old counts of rate limits', remove: (tx, limit) => pruneLimitCounts(tx, now, limit) },
    // What an import wrote while the server was running.
    { what: 'indexing accounts for the search', remove: indexPending },
    { what: 'forgetting old networks', remove: (tx, limit) => pruneKnownNetworks(tx, old, limit) },
  ]
}

function oldEvents(before: number): Chore {
  return { what: 'deleting old events', remove: (tx, limit) => pruneEvents(tx, before, limit) }
}

/**
 * Deletes sessions whose tokens have all expired, unless another process is tidying at the moment.
 *
 * @returns how many
 */
export async function pruneExpired(database: Database, now: number): Promise<number> {
  const turn = createTidyingTurn()
  try {
    return await deletePaced(expiredSessions(now), { database, turn, now: () => now })
  } finally {
    await database.inTransaction(turn.giveBack)
  }
}
