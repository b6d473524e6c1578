import type { Account } from '../../accounts/account.ts'
import { claimCredentialsChange } from '../../accounts/account-store.ts'
import { recordEvent } from '../../audit/audit-store.ts'
import type { AuditOrigin } from '../../audit/events.ts'
import { AuthError } from '../../errors.ts'
import type { Enrolled, HeldFactor } from '../../mfa/factor.ts'
import { confirmFactor } from '../../mfa/factor-store.ts'
import type { Transaction } from '../../storage/prepared.ts'
import type { SecurityNotices } from '../mail/security-notices/notices.ts'

/** An enrolment whose proof was right, for an account as it was when it was read. */
type FinishedProof = { account: Account; pending: HeldFactor; enrolled: Enrolled; name: string }

/**
 * Ends an enrolment with a factor that works from now on, records it and notifies the owner, in the caller's
 * transaction, which must be followed by `outbox.wake()`. Trusted devices, mailed links and unfinished logins become
 * invalid.
 *
 * @throws AuthError `passkey_exists`; `challenge_not_valid` if the account or the enrolment was changed meanwhile
 */
export async function addAndRecord(
  tx: Transaction,
  { account, pending, enrolled: { data, lookupKey }, name }: FinishedProof,
  { origin, notices }: { origin: AuditOrigin; notices: Pick<SecurityNotices, 'factorAdded'> },
  now: number,
): Promise<void> {
  const { id: factorId, type } = pending
  if (!(await claimCredentialsChange(tx, account))) throw new AuthError('challenge_not_valid')
  const outcome = await confirmFactor(tx, pending, { data, name, lookupKey }, now)
  if (outcome === 'taken') throw new AuthError('passkey_exists')
  if (outcome === 'gone') throw new AuthError('challenge_not_valid')
  await recordEvent(tx, now, 'factor.added', { accountId: account.id, factorId, type, origin })
  await notices.factorAdded(tx, account, type, now)
}
