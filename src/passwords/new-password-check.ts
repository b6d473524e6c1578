import type { BreachedPasswords } from './breached/filter-file.ts'
import { type PasswordFault, type PasswordOwner, type PasswordRules, passwordFaults } from './password-policy.ts'

/**
 * All reasons why a new password is refused, in the order to show them; empty if it is accepted. Every path that sets a
 * password uses this; logins never do.
 *
 * @param owner the account's data; without it, the password is not compared with personal data
 */
export type NewPasswordCheck = (password: string, owner?: PasswordOwner) => Promise<PasswordFault[]>

type NewPasswordCheckParts = {
  rules: PasswordRules
  /** Undefined: there is no filter of breached passwords. */
  breached: Pick<BreachedPasswords, 'has'> | undefined
  /** Called when the filter could not be read. Unless this throws, the password passes. */
  onUnreadable(error: unknown): void
}

/**
 * Creates the check. The filter is not asked about a password that is refused anyway, because the user will choose
 * another one.
 *
 * If the filter cannot be read, a password passes this rule. A failing disk must not keep users from changing a
 * password that is known (docs/decisions/0010-breached-passwords.md).
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
