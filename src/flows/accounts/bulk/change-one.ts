import { AuthError } from '../../../errors.ts'
import type { Manager } from '../../rights/actor.ts'
import type { ManyAction } from './bulk-actions.ts'
import type { ChangeBatch } from './change-batch.ts'

/**
 * Applies an action to one account, by the rules of many.
 *
 * @throws AuthError what `ChangeBatch` throws, and what it says of the account: `not_found`, `permission_denied`,
 *   `own_account`, `no_mail`
 */
export async function changeOne(
  changeBatch: ChangeBatch,
  action: ManyAction,
  id: number,
  manager: Manager,
): Promise<void> {
  const outcome = (await changeBatch(action, [id], manager)).get(id)
  if (typeof outcome === 'string') throw new AuthError(outcome, { detail: `${action.kind} of account ${id}` })
}
