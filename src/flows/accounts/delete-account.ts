import type { Account } from '../../accounts/account.ts'
import { deleteAccounts } from '../../accounts/account-state-store.ts'
import { claimCredentialsChange, findAccount } from '../../accounts/account-store.ts'
import { awaitTurn, isAnotherInCharge } from '../../accounts/administrator-store.ts'
import type { AuditOrigin } from '../../audit/events.ts'
import { recordEventOfEach } from '../../audit/many-events-store.ts'
import { AuthError, fieldRefusal } from '../../errors.ts'
import { administersEverything } from '../../permissions/administration-policy.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../storage/database.ts'
import type { Transaction } from '../../storage/prepared.ts'
import type { ApplyToBatch } from '../bulk/apply-to-batch.ts'
import { applyToOne } from '../bulk/apply-to-one.ts'
import { auditOriginOf, type Manager, type Owner } from '../rights/actor.ts'

/** An owner whose account has not changed since they proved their password. */
type ProvenOwner = Owner & { proven: Account }

/**
 * Deletes an account with all its data, permanently. Its sessions end, and no new account gets its id. An administrator
 * needs `accounts.delete`.
 *
 * @throws AuthError `not_found`, `permission_denied` and `own_account` for administrators; for owners `last_superuser`,
 * and `invalid_fields` if the password was changed since it was proven
 */
export type DeleteAccount = (accountId: number, actor: ProvenOwner | Manager) => Promise<void>

type DeleteAccountParts = { database: Database; clock: Clock; applyToBatch: ApplyToBatch }

export function createDeleteAccount({ database, clock, applyToBatch }: DeleteAccountParts): DeleteAccount {
  return async (accountId, actor) => {
    if (actor.kind !== 'owner') return applyToOne(applyToBatch, { kind: 'delete' }, accountId, actor)
    const now = clock.now()
    await database.inTransaction(async (tx) => {
      await admitOwner(tx, actor.proven)
      await deleteAccountsAndRecord(tx, [accountId], auditOriginOf(actor), now)
    })
  }
}

/**
 * Deletes accounts and records it, in the caller's transaction. Nothing else deletes an account.
 *
 * @returns the ids of those that existed
 */
export async function deleteAccountsAndRecord(
  tx: Transaction,
  ids: readonly number[],
  origin: AuditOrigin,
  now: number,
): Promise<Set<number>> {
  const uids = await deleteAccounts(tx, ids, now)
  const entries = [...uids].map(([accountId, uid]) => ({ accountId, uid, origin }))
  await recordEventOfEach(tx, now, 'account.deleted', entries)
  return new Set(uids.keys())
}

async function admitOwner(tx: Transaction, account: Account): Promise<void> {
  await awaitTurn(tx)
  const current = await findAccount(tx, account.id)
  const isInCharge = current !== undefined && administersEverything(current)
  if (isInCharge && !(await isAnotherInCharge(tx, account.id))) throw new AuthError('last_superuser')
  // The password has just been changed, so only the new one is proof.
  if (!(await claimCredentialsChange(tx, account))) throw fieldRefusal('password', 'wrong_password')
}
