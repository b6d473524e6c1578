import type { AccountFieldFault } from '../../../accounts/account-fields.ts'
import { claimCredentialsChange } from '../../../accounts/account-store.ts'
import type { UsernameField } from '../../../accounts/names/login-kind.ts'
import type { RequestOrigin } from '../../../audit/origin.ts'
import type { Outbox } from '../../../mail/outbox.ts'
import type { PasswordCheck } from '../../../passwords/password-check.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Limiter } from '../../../rate-limits/limiter.ts'
import type { Database } from '../../../storage/database.ts'
import type { Caller } from '../../rights/actor.ts'
import type { CheckRecentLogin } from '../../sessions/check-recent-login.ts'
import { getAccount } from '../get-account.ts'
import { isOwnPassword } from '../passwords/prove-password.ts'
import { type LoginNames, takenFault, unlessTaken } from './login-name.ts'

type ChangeNameOutcome =
  | { kind: 'changed' }
  | { kind: 'refused'; isPasswordWrong: boolean; nameFaults: AccountFieldFault[] }

/**
 * Changes the caller's own login name, with their password. Both faults are reported together. If several accounts want
 * one name at once, one gets it.
 *
 * @param wanted `undefined`: the contract has already found a fault in the field, and nothing is changed
 * @throws AuthError `second_factor_required`, `throttled`, `overloaded`, `account_not_found`
 */
export type ChangeName = (
  caller: Caller,
  wanted: { field: UsernameField; name: string | undefined; password: string | undefined; isConfirmed: boolean },
  origin: RequestOrigin,
) => Promise<ChangeNameOutcome>

type ChangeNameParts = {
  database: Database
  clock: Clock
  passwords: Pick<PasswordCheck, 'check'>
  limiter: Limiter
  checkRecentLogin: CheckRecentLogin
  outbox: Pick<Outbox, 'wake'>
  loginNames: LoginNames
}

export function createChangeName(parts: ChangeNameParts): ChangeName {
  const { database, clock, outbox, loginNames } = parts
  return async function changeName(caller, wanted, origin): Promise<ChangeNameOutcome> {
    const { field, name, password, isConfirmed } = wanted
    const now = clock.now()
    const account = await getAccount(database.read, caller.account.id, 'account_not_found')
    const isPasswordWrong = password !== undefined && !(await isOwnPassword(parts, caller, account, password, origin))
    const nameFaults = name === undefined ? [] : await loginNames.faults(name, field)
    const isRefused = isPasswordWrong || nameFaults.length > 0 || !isConfirmed
    if (isRefused || name === undefined || password === undefined)
      return { kind: 'refused', isPasswordWrong, nameFaults }
    const owner = { kind: 'owner', caller, origin } as const
    const outcome = await unlessTaken(() =>
      database.inTransaction(async (tx) => {
        // If the password changes at this moment, the proven one no longer counts.
        if (!(await claimCredentialsChange(tx, account))) return 'changed_since'
        const current = await getAccount(tx, account.id, 'account_not_found')
        await loginNames.change(tx, current, { name, field }, owner, now)
        return 'changed'
      }),
    )
    if (outcome === 'changed_since') return changeName(caller, wanted, origin)
    if (outcome === 'taken') return { kind: 'refused', isPasswordWrong: false, nameFaults: [takenFault(field)] }
    outbox.wake()
    return { kind: 'changed' }
  }
}
