import type { Account } from '../../../accounts/account.ts'
import { claimEachChange } from '../../../accounts/many-accounts-store.ts'
import { recordEventOfEach } from '../../../audit/many-events-store.ts'
import type { Outbox } from '../../../mail/outbox.ts'
import { removePasswordHashes } from '../../../passwords/password-store.ts'
import type { Transaction } from '../../../storage/prepared.ts'
import { requestMailForEach } from '../../mail/mail-requests.ts'
import { auditOriginOf, type Manager } from '../../rights/actor.ts'
import { endSessionsOfEach } from '../../sessions/end-session.ts'

/**
 * Removes the passwords of accounts, ends all their sessions and requests links to set new ones, in the caller's transaction, which
 * must be followed by `outbox.wake()`. A manager's decision overrides concurrent changes.
 *
 * @returns the ids of the accounts that still exist
 */
export async function removePasswords(
  tx: Transaction,
  accounts: readonly Account[],
  { manager, outbox }: { manager: Manager; outbox: Outbox },
  now: number,
): Promise<Set<number>> {
  const origin = auditOriginOf(manager)
  const claimed = await claimEachChange(
    tx,
    accounts.map(({ id }) => id),
  )
  const ids = [...claimed]
  await removePasswordHashes(tx, ids)
  const entries = ids.map((accountId) => ({ accountId, origin }))
  await recordEventOfEach(tx, now, 'password.removed', entries)
  await endSessionsOfEach(tx, ids, origin, now)
  const left = accounts.filter(({ id }) => claimed.has(id))
  await requestMailForEach(tx, outbox, 'password-reset', left, now)
  return claimed
}
