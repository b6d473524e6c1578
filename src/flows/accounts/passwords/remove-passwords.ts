import type { Account } from '../../../accounts/account.ts'
import { insistOnChange } from '../../../accounts/account-state-store.ts'
import type { AuditOrigin } from '../../../audit/events.ts'
import { recordEventOfEach } from '../../../audit/many-events-store.ts'
import type { Outbox } from '../../../mail/outbox.ts'
import { removePasswordHashes } from '../../../passwords/password-store.ts'
import type { Transaction } from '../../../storage/prepared.ts'
import { requestMailForEach } from '../../mail/mail-requests.ts'
import { endAllAndRecord } from '../../sessions/end-session.ts'

/**
 * Removes passwords and records it, in the caller's transaction. Nothing else removes a password. It overrides
 * concurrent changes, and logins under way notice it.
 *
 * @returns the ids of the accounts that still exist
 */
export async function removePasswords(
  tx: Transaction,
  ids: readonly number[],
  origin: AuditOrigin,
  now: number,
): Promise<Set<number>> {
  const claimed = await insistOnChange(tx, ids)
  await removePasswordHashes(tx, [...claimed])
  const entries = [...claimed].map((accountId) => ({ accountId, origin }))
  await recordEventOfEach(tx, now, 'password.removed', entries)
  return claimed
}

/**
 * Makes the owners of accounts choose new passwords: removes the current ones, ends all sessions and requests links to
 * set new ones, in the caller's transaction, which must be followed by `outbox.wake()`.
 *
 * @returns the ids of the accounts that still exist
 */
export async function forceNewPasswords(
  tx: Transaction,
  accounts: readonly Account[],
  { origin, outbox }: { origin: AuditOrigin; outbox: Outbox },
  now: number,
): Promise<Set<number>> {
  const removed = await removePasswords(
    tx,
    accounts.map(({ id }) => id),
    origin,
    now,
  )
  await endAllAndRecord(tx, { accountIds: [...removed], reason: 'administrator' }, origin, now)
  const left = accounts.filter(({ id }) => removed.has(id))
  await requestMailForEach(tx, outbox, 'password-reset', left, now)
  return removed
}
