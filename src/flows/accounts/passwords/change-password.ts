import type { RequestOrigin } from '../../../audit/origin.ts'
import { hookAccount, hookRequest } from '../../../hooks/hook-account.ts'
import type { HookRunner } from '../../../hooks/hook-runner.ts'
import type { Outbox } from '../../../mail/outbox.ts'
import type { NewPasswordCheck } from '../../../passwords/new-password-check.ts'
import type { PasswordCheck } from '../../../passwords/password-check.ts'
import type { PasswordFault } from '../../../passwords/password-policy.ts'
import type { Clock } from '../../../platform/clock.ts'
import { type TextFault, textFaults } from '../../../platform/text-rules.ts'
import type { Limiter } from '../../../rate-limits/limiter.ts'
import type { Database } from '../../../storage/database.ts'
import type { SecurityNotices } from '../../mail/security-notices/notices.ts'
import type { Caller } from '../../rights/actor.ts'
import type { CheckRecentLogin } from '../../sessions/check-recent-login.ts'
import { endKeysAndRecord } from '../../tokens/session-keys.ts'
import { getAccount } from '../get-account.ts'
import { isOwnPassword } from './prove-password.ts'
import { replacePassword } from './replace-password.ts'

type ChangePasswordParts = {
  database: Database
  clock: Clock
  passwords: PasswordCheck
  checkNewPassword: NewPasswordCheck
  limiter: Limiter
  checkRecentLogin: CheckRecentLogin
  outbox: Outbox
  hooks: HookRunner
  notices: SecurityNotices
  settings: { revokeOnPasswordChange: boolean }
}

/** Both faults are reported together; neither changes anything. */
type ChangePasswordOutcome =
  | { kind: 'changed' }
  | { kind: 'refused'; isOldPasswordWrong: boolean; newPasswordFaults: (PasswordFault | TextFault)[] }

/**
 * Changes the caller's own password. With REVOKE_ON_PASSWORD_CHANGE, it ends all their other sessions, including those
 * that a login is starting at this moment. If several changes prove the same old password at once, one succeeds.
 *
 * @param passwords `undefined` if the contract has already found a fault in the field: nothing is changed then
 * @param passwords.isConfirmed false: it was not typed the same way twice, so nothing is changed. Default: true
 * @param passwords.endsKeys whether the keys of djoser's dialect end with it. Default: false
 * @param passwords.limit the most code points of the new one; without it, any number
 * @throws AuthError `second_factor_required`, `throttled`, `overloaded`, `account_not_found`; the refusal of the hook
 * `beforePasswordChange`
 */
export type ChangePassword = (
  caller: Caller,
  passwords: {
    old: string | undefined
    new: string | undefined
    limit?: number
    isConfirmed?: boolean
    endsKeys?: boolean
  },
  origin: RequestOrigin,
) => Promise<ChangePasswordOutcome>

export function createChangePassword(parts: ChangePasswordParts): ChangePassword {
  const { database, clock, passwords, checkNewPassword, outbox, hooks, notices, settings } = parts

  return async function changePassword(caller, presented, origin): Promise<ChangePasswordOutcome> {
    const now = clock.now()
    const account = await getAccount(database.read, caller.account.id, 'account_not_found')
    const { old } = presented
    const isOldPasswordWrong = old !== undefined && !(await isOwnPassword(parts, caller, account, old, origin))
    const newPasswordFaults =
      presented.new === undefined
        ? []
        : [...textFaults(presented.new, presented.limit), ...(await checkNewPassword(presented.new, account))]
    const isRefused = isOldPasswordWrong || newPasswordFaults.length > 0 || presented.isConfirmed === false
    if (isRefused || old === undefined || presented.new === undefined) {
      return { kind: 'refused', isOldPasswordWrong, newPasswordFaults }
    }
    const event = { account: hookAccount(account), by: 'change', request: hookRequest(origin) } as const
    await hooks.ask('beforePasswordChange', event)
    const hash = await passwords.hash(presented.new)
    const owner = { kind: 'owner', caller, origin } as const
    const ends = settings.revokeOnPasswordChange ? ({ allBut: caller.sessionId } as const) : 'none'
    const isChanged = await database.inTransaction(async (tx) => {
      if (!(await replacePassword(tx, { account, hash, by: 'changed', ends }, owner, notices, now))) return false
      if (presented.endsKeys) await endKeysAndRecord(tx, account.id, owner, now, 'password_changed')
      return true
    })
    outbox.wake()
    // Another request changed it meanwhile, so the proven password is no longer the current one.
    return isChanged ? { kind: 'changed' } : changePassword(caller, presented, origin)
  }
}
