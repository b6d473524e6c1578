import { claimCredentialsChange, findAccount } from '../accounts/account-store.ts'
import { recordEvent } from '../audit/audit-store.ts'
import { AuthError } from '../errors.ts'
import type { PasswordCheck } from '../passwords/password-check.ts'
import { type PasswordFault, passwordFaults } from '../passwords/password-policy.ts'
import { findPasswordHash, setPasswordHash } from '../passwords/password-store.ts'
import type { Clock } from '../platform/clock.ts'
import { endSessionsOfAccount } from '../sessions/session-store.ts'
import type { Database } from '../storage/database.ts'
import { actingAccount, type Caller, type RequestOrigin } from './caller.ts'

export type ChangePasswordParts = {
  database: Database
  clock: Clock
  passwords: PasswordCheck
  settings: { revokeOnPasswordChange: boolean }
}

/** Both faults are told together; neither changes anything. */
export type ChangePasswordOutcome =
  | { kind: 'changed' }
  | { kind: 'refused'; isOldPasswordWrong: boolean; newPasswordFaults: PasswordFault[] }

/**
 * Changes the caller's own password, and with REVOKE_ON_PASSWORD_CHANGE ends all their sessions but this one, those that
 * a login is starting at this very moment included. Of several changes at once that prove the same old password one
 * succeeds.
 *
 * @param passwords `undefined` where the contract has already found fault with the field: nothing is changed then
 * @throws AuthError `overloaded`, `account_not_found`
 */
export type ChangePassword = (
  caller: Caller,
  passwords: { old: string | undefined; new: string | undefined },
  origin: RequestOrigin,
) => Promise<ChangePasswordOutcome>

export function createChangePassword({ database, clock, passwords, settings }: ChangePasswordParts): ChangePassword {
  return async function changePassword(caller, presented, origin): Promise<ChangePasswordOutcome> {
    const now = clock.now()
    const account = await findAccount(database.read, caller.account.id)
    if (account === undefined) throw new AuthError('account_not_found')
    const storedHash = await findPasswordHash(database.read, account.id)
    const isOldPasswordWrong =
      presented.old !== undefined && !(await passwords.check(presented.old, storedHash)).matches
    const newPasswordFaults = presented.new === undefined ? [] : passwordFaults(presented.new, account)
    if (
      isOldPasswordWrong ||
      newPasswordFaults.length > 0 ||
      presented.old === undefined ||
      presented.new === undefined
    ) {
      return { kind: 'refused', isOldPasswordWrong, newPasswordFaults }
    }
    const hash = await passwords.hash(presented.new)
    const isChanged = await database.inTransaction(async (tx) => {
      if (!(await claimCredentialsChange(tx, account))) return false
      await setPasswordHash(tx, account.id, hash, now)
      const actor = actingAccount(account.id, origin)
      await recordEvent(tx, now, 'password.changed', { accountId: account.id, origin: actor })
      if (!settings.revokeOnPasswordChange) return true
      for (const sessionId of await endSessionsOfAccount(tx, account.id, 'password_changed', now, caller.sessionId)) {
        const ended = { accountId: account.id, sessionId, reason: 'password_changed' } as const
        await recordEvent(tx, now, 'session.ended', { ...ended, origin: actor })
      }
      return true
    })
    // Somebody else changed it meanwhile: what was proven is no longer the password.
    return isChanged ? { kind: 'changed' } : changePassword(caller, presented, origin)
  }
}
