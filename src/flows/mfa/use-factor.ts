import { recordEvent } from '../../audit/audit-store.ts'
import type { AuditOrigin } from '../../audit/events.ts'
import { AuthError } from '../../errors.ts'
import type { Proven } from '../../mfa/factor.ts'
import { removeFactor, useFactor } from '../../mfa/factor-store.ts'
import type { Transaction } from '../../storage/prepared.ts'

/**
 * Uses a proven factor, in the transaction of what the proof is for. If the counter of a passkey went back, it records
 * that.
 *
 * @throws AuthError `second_factor_not_valid` if the factor was used, changed or removed since it was read
 */
export async function useAndRecord(
  tx: Transaction,
  { factor, data, isUsedUp, hasCounterRegressed }: Proven,
  origin: AuditOrigin,
  now: number,
): Promise<void> {
  const { id: factorId, accountId } = factor
  if (!(await useFactor(tx, factor, data, now))) throw new AuthError('second_factor_not_valid')
  if (isUsedUp) await removeFactor(tx, accountId, factorId)
  if (hasCounterRegressed) await recordEvent(tx, now, 'passkey.counter_regressed', { accountId, factorId, origin })
}
