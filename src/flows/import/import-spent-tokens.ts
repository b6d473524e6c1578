import type { AuditOrigin } from '../../audit/events.ts'
import type { ForeignSpentToken } from '../../foreign-systems/foreign-system.ts'
import { findImported } from '../../foreign-systems/imported-row-store.ts'
import { findSessions } from '../../sessions/session-store.ts'
import { insertSpentTokens } from '../../sessions/spent-token-store.ts'
import type { Transaction } from '../../storage/prepared.ts'
import { adoptedSessionId } from '../../tokens/refresh-rotation.ts'
import { endEachAndRecord } from '../sessions/end-session.ts'

/**
 * Stores which refresh tokens are on the blacklist of the previous server. If a session here began with one of them, it
 * ends, because its owner has logged out there.
 */
export async function importSpentTokens(
  tx: Transaction,
  source: string,
  tokens: readonly ForeignSpentToken[],
  origin: AuditOrigin,
  now: number,
): Promise<void> {
  const keys = tokens.flatMap(({ accountKey }) => accountKey ?? [])
  const owners = await findImported(tx, { source, kind: 'account' }, keys)
  const spent = tokens.map(({ jti, accountKey, expiresAt }) => ({
    id: adoptedSessionId(jti),
    account_id: owners.get(accountKey ?? '')?.localId ?? 0,
    until: expiresAt,
  }))
  const added = await insertSpentTokens(tx, spent, now)
  const others = spent.flatMap(({ id }) => (added.has(id) ? [] : id))
  await endEachAndRecord(tx, await findSessions(tx, others), 'logout', origin, now)
}
