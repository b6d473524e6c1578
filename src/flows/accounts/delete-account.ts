import type { Account } from '../../accounts/account.ts'
import { claimCredentialsChange, deleteAccount, findAccount } from '../../accounts/account-store.ts'
import { awaitTurn, isAnotherInCharge } from '../../accounts/administrator-store.ts'
import { recordEvent } from '../../audit/audit-store.ts'
import { AuthError, fieldRefusal } from '../../errors.ts'
import { administersEverything } from '../../permissions/administration-policy.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../storage/database.ts'
import type { Transaction } from '../../storage/prepared.ts'
import { auditOriginOf, type Manager, type Owner } from '../rights/actor.ts'
import { admit, findAdministered, refuseOwnAccount } from '../rights/authority.ts'

/** An owner whose account has not changed since they proved their password. */
type ProvenOwner = Owner & { proven: Account }

/**
 * Deletes an account with all its data, permanently. Its sessions end, and its id is never reused. An administrator
 * needs `accounts.delete`.
 *
 * @throws AuthError `not_found`, `permission_denied` and `own_account` for administrators; for owners `last_superuser`,
 * and `invalid_fields` if the password was changed since it was proven
 */
export type DeleteAccount = (accountId: number, actor: ProvenOwner | Manager) => Promise<void>

export function createDeleteAccount({ database, clock }: { database: Database; clock: Clock }): DeleteAccount {
  return async (accountId, actor) => {
    const now = clock.now()
    await database.inTransaction(async (tx) => {
      if (actor.kind === 'owner') await admitOwner(tx, actor.proven)
      else await admitManager(tx, accountId, actor)
      const uid = await deleteAccount(tx, accountId)
      if (uid === undefined) return
      await recordEvent(tx, now, 'account.deleted', { accountId, uid, origin: auditOriginOf(actor) })
    })
  }
}

async function admitOwner(tx: Transaction, account: Account): Promise<void> {
  await awaitTurn(tx)
  const current = await findAccount(tx, account.id)
  const isInCharge = current !== undefined && administersEverything(current)
  if (isInCharge && !(await isAnotherInCharge(tx, account.id))) throw new AuthError('last_superuser')
  // The password has just been changed, so only the new one is proof.
  if (!(await claimCredentialsChange(tx, account))) throw fieldRefusal('password', 'wrong_password')
}

async function admitManager(tx: Transaction, accountId: number, manager: Manager): Promise<void> {
  const by = await admit(tx, manager, 'accounts.delete')
  refuseOwnAccount(by, await findAdministered(tx, by, accountId))
}
