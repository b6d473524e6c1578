import type { BreachedPasswords } from './breached/filter-file.ts'
import { type PasswordFault, type PasswordOwner, type PasswordRules, passwordFaults } from './password-policy.ts'

/**
 * All reasons why a new password may not be set, in the order in which they are told; empty if it may be. Every path that
 * sets one asks here; logins never do.
 *
 * @param owner the account's data; without it the password is compared with nobody's
 */
export type NewPasswordCheck = (password: string, owner?: PasswordOwner) => Promise<PasswordFault[]>

type NewPasswordCheckParts = {
  rules: PasswordRules
  /** Undefined: passwords are looked up nowhere. */
  breached: Pick<BreachedPasswords, 'has'> | undefined
  /** Is told when a password could not be looked up. Unless it throws, the password passes. */
  onUnreadable(error: unknown): void
}

/**
 * Makes the check. A password that is refused anyway is not looked up: the next one will be another.
 *
 * One that cannot be looked up passes, as far as it depends on this: a disk that fails must not keep those from a new
 * password who need one because theirs is known (docs/decisions/0010-breached-passwords.md).
 */
export function createNewPasswordCheck({ rules, breached, onUnreadable }: NewPasswordCheckParts): NewPasswordCheck {
  return async (password, owner) => {
    const faults = passwordFaults(password, owner, rules)
    if (faults.length > 0 || breached === undefined) return faults
    try {
      return (await breached.has(password)) ? [{ fault: 'breached' }] : []
    } catch (error) {
      onUnreadable(error)
      return []
    }
  }
}
