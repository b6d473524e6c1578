import type { Account } from '../../accounts/account.ts'
import { activateAccounts, deactivateAccounts, holdLogins } from '../../accounts/account-state-store.ts'
import { forgetActivations } from '../../accounts/pending-activation-store.ts'
import { recordEvent } from '../../audit/audit-store.ts'
import type { AuditOrigin } from '../../audit/events.ts'
import { recordEventOfEach } from '../../audit/many-events-store.ts'
import type { Transaction } from '../../storage/prepared.ts'
import { type Grants, grant } from '../rights/grants.ts'

/** The standing that an account should have: its rights, and whether it is active. Undefined values stay. */
type WantedStanding = Grants & {
  isStaff?: boolean | undefined
  isSuperuser?: boolean | undefined
  isActive?: boolean | undefined
}

/**
 * Activates or deactivates accounts and records it, in the caller's transaction. Nothing else changes the state of an
 * account. A deactivation ends all sessions.
 *
 * @returns the ids of the accounts whose state changed
 */
export async function setActive(
  tx: Transaction,
  { ids, isActive }: { ids: readonly number[]; isActive: boolean },
  origin: AuditOrigin,
  now: number,
): Promise<Set<number>> {
  if (!isActive) await holdLogins(tx, ids)
  const changed = isActive ? await activateAccounts(tx, ids) : await deactivateAccounts(tx, ids, now)
  if (changed.size === 0) return changed
  // If an activation by mail was awaited, this decision overrides it: it must not bring a deactivated account back.
  await forgetActivations(tx, [...changed])
  const entries = [...changed].map((accountId) => ({ accountId, origin }))
  await recordEventOfEach(tx, now, isActive ? 'account.activated' : 'account.deactivated', entries)
  return changed
}

/**
 * Gives an account its standing and records what changes, in the caller's transaction. The caller has written `isStaff`
 * and `isSuperuser` together with other columns. Everything must be valid.
 *
 * @param account as it was before
 */
export async function giveStanding(
  tx: Transaction,
  account: Pick<Account, 'id' | 'isStaff' | 'isSuperuser'>,
  { isStaff, isSuperuser, isActive, groups, permissions }: WantedStanding,
  origin: AuditOrigin,
  now: number,
): Promise<void> {
  const { id: accountId } = account
  if (isStaff !== undefined || isSuperuser !== undefined) {
    const flags = { isStaff: isStaff ?? account.isStaff, isSuperuser: isSuperuser ?? account.isSuperuser }
    await recordEvent(tx, now, 'account.rights_changed', { accountId, ...flags, origin })
  }
  await grant(tx, accountId, { groups, permissions }, origin, now)
  if (isActive !== undefined) await setActive(tx, { ids: [accountId], isActive }, origin, now)
}
