import type { Account, NewAccount } from '../accounts/account.ts'
import { type AccountFieldFault, emailFaults, usernameFaults } from '../accounts/account-fields.ts'
import { createAccount, findAccountByUsername } from '../accounts/account-store.ts'
import { isAllowedUsername, normalizeUsername, type UsernameRule } from '../accounts/username.ts'
import { recordEvent } from '../audit/audit-store.ts'
import { AuthError } from '../errors.ts'
import type { PasswordCheck } from '../passwords/password-check.ts'
import { setPasswordHash } from '../passwords/password-store.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../storage/database.ts'
import { actingStranger, type RequestOrigin } from './caller.ts'

/** What somebody may say of themselves when they sign up. */
export type Registration = Omit<NewAccount, 'isStaff' | 'isSuperuser'> & { password: string }

export type RegistrationOutcome = { kind: 'registered'; account: Account } | { kind: 'username_taken' }

export type Register = {
  /**
   * What is wrong with a username for a new account, taken ones included; empty if nothing is.
   * @param isNormalizing whether the name is going to be stored in NFKC: then that must not be taken either
   */
  checkUsername(username: string, isNormalizing: boolean): Promise<AccountFieldFault[]>
  checkEmail(email: string): AccountFieldFault[]
  /**
   * Makes the account. Its fields and its password must have been checked; that the name is free is decided here, so
   * that of several who want it at the same moment one gets it.
   *
   * @throws AuthError `registration_closed`, `overloaded`
   */
  register(registration: Registration, origin: RequestOrigin): Promise<RegistrationOutcome>
}

export type RegisterParts = {
  database: Database
  clock: Clock
  passwords: PasswordCheck
  usernameRule: UsernameRule
  settings: { registration: 'open' | 'invite' | 'closed' }
}

export function createRegister({ database, clock, passwords, usernameRule, settings }: RegisterParts): Register {
  async function isTaken(username: string, isNormalizing: boolean): Promise<boolean> {
    const isStoredNormalized = isNormalizing && isAllowedUsername(username, usernameRule)
    const forms = new Set(isStoredNormalized ? [username, normalizeUsername(username)] : [username])
    for (const form of forms) if (await findAccountByUsername(database.read, form, usernameRule)) return true
    return false
  }

  return {
    checkUsername: async (username, isNormalizing) =>
      usernameFaults(username, usernameRule, await isTaken(username, isNormalizing)),
    checkEmail: emailFaults,
    async register({ password, ...fields }, origin) {
      const now = clock.now()
      if (settings.registration !== 'open') throw new AuthError('registration_closed')
      const hash = await passwords.hash(password)
      return database.inTransaction(async (tx): Promise<RegistrationOutcome> => {
        const account = await createAccount(tx, { ...fields, isStaff: false, isSuperuser: false }, usernameRule, now)
        if (account === undefined) return { kind: 'username_taken' }
        await setPasswordHash(tx, account.id, hash, now)
        await recordEvent(tx, now, 'account.registered', { accountId: account.id, origin: actingStranger(origin) })
        return { kind: 'registered', account }
      })
    },
  }
}
