import { AuthError } from '../../errors.ts'
import type { Manager } from '../rights/actor.ts'
import type { AccountAction } from './account-actions.ts'
import type { ApplyToBatch } from './apply-to-batch.ts'

/**
 * Applies an action to one account, by the rules of many.
 *
 * @throws AuthError what `ApplyToBatch` throws, and what it says of the account: `not_found`, `permission_denied`,
 *   `own_account`, `no_mail`
 */
export async function applyToOne(
  applyToBatch: ApplyToBatch,
  action: AccountAction,
  id: number,
  manager: Manager,
): Promise<void> {
  const outcome = (await applyToBatch(action, [id], manager)).get(id)
  if (typeof outcome === 'string') throw new AuthError(outcome, { detail: `${action.kind} of account ${id}` })
}
