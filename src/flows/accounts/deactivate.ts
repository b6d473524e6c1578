import { deactivateAccount, holdLogins } from '../../accounts/account-store.ts'
import { forgetActivation } from '../../accounts/pending-activation-store.ts'
import { latestSessionStart } from '../../sessions/session-store.ts'
import type { Transaction } from '../../storage/prepared.ts'

/**
 * Deactivates the account and ends its sessions, in the caller's transaction. It ends the existing sessions, not those
 * that started before `now`: a login at the same moment, or on a process whose clock is ahead, may have read a later
 * time.
 *
 * @returns false if it was already inactive
 */
export async function deactivate(tx: Transaction, accountId: number, now: number): Promise<boolean> {
  await holdLogins(tx, accountId)
  const latest = await latestSessionStart(tx, accountId)
  if (!(await deactivateAccount(tx, accountId, now, Math.max(now, latest ?? now)))) return false
  // A deactivation now overrides an activation that was pending, which must not bring the account back.
  await forgetActivation(tx, accountId)
  return true
}
