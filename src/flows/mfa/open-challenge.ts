import { type Account, isActive } from '../../accounts/account.ts'
import { findAccount } from '../../accounts/account-store.ts'
import { AuthError } from '../../errors.ts'
import { findChallenge } from '../../mfa/challenge-store.ts'
import type { LoginChallenge } from '../../mfa/login-challenge.ts'
import type { Queryable } from '../../storage/prepared.ts'

/**
 * The challenge of a login that waits for a second factor, and its account.
 *
 * @throws AuthError `challenge_not_valid`, for example if the account has changed since the first proof
 */
export async function openChallenge(
  db: Queryable,
  purpose: 'login' | 'enrolment',
  token: string,
  now: number,
): Promise<{ challenge: LoginChallenge; account: Account }> {
  const challenge = await findChallenge(db, purpose, token, now)
  const account = challenge?.account && (await findAccount(db, challenge.account.id))
  // Somebody who has changed the password meanwhile did not give this first proof.
  const isSame = account !== undefined && account.credentialsVersion === challenge?.account?.credentialsVersion
  if (challenge === undefined || account === undefined || !isSame || !isActive(account)) {
    throw new AuthError('challenge_not_valid')
  }
  return { challenge, account }
}
