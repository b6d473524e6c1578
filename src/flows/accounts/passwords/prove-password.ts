import type { Account } from '../../../accounts/account.ts'
import type { RequestOrigin } from '../../../audit/origin.ts'
import { fieldRefusal } from '../../../errors.ts'
import type { PasswordCheck } from '../../../passwords/password-check.ts'
import { findPasswordHash } from '../../../passwords/password-store.ts'
import type { Limiter } from '../../../rate-limits/limiter.ts'
import { passwordConfirmationClaims } from '../../../rate-limits/limits.ts'
import type { Database } from '../../../storage/database.ts'
import type { Caller } from '../../rights/actor.ts'
import type { CheckRecentLogin } from '../../sessions/check-recent-login.ts'
import { getAccount } from '../get-account.ts'

/**
 * Makes the caller prove their password again, before an operation for which a stolen token must not suffice. If the
 * account has a second factor, the session must have proven it too: a password can be stolen together with the token.
 *
 * @returns the account as it was when the password was checked
 * @throws AuthError `invalid_fields` if it is wrong, `second_factor_required`, `account_not_found`, `throttled`,
 * `overloaded`
 */
export type ProvePassword = (caller: Caller, password: string, origin: RequestOrigin) => Promise<Account>

type ProvePasswordParts = {
  database: Database
  passwords: Pick<PasswordCheck, 'check'>
  limiter: Limiter
  checkRecentLogin: CheckRecentLogin
}

/**
 * Whether this is the password of a logged-in user. Wrong passwords count towards a limit. Every operation that asks
 * for the password calls this, whatever its contract, so none of them forgets the second factor.
 *
 * @param account the caller's, as it is now
 * @throws AuthError `second_factor_required` if the account has one that the session has not proven; `throttled`,
 *   `overloaded`
 */
export async function isOwnPassword(
  { database, passwords, limiter, checkRecentLogin }: ProvePasswordParts,
  caller: Caller,
  account: Account,
  password: string,
  { address }: RequestOrigin,
): Promise<boolean> {
  await checkRecentLogin(caller, 'has_factor')
  const storedHash = await findPasswordHash(database.read, account.id)
  return limiter.guard(
    passwordConfirmationClaims(account.id),
    { address, accountId: account.id },
    async () => (await passwords.check(password, storedHash)).matches,
    (matches) => !matches,
  )
}

export function createProvePassword(parts: ProvePasswordParts): ProvePassword {
  return async (caller, password, origin) => {
    const account = await getAccount(parts.database.read, caller.account.id, 'account_not_found')
    if (await isOwnPassword(parts, caller, account, password, origin)) return account
    throw fieldRefusal('password', 'wrong_password')
  }
}
