import type { Account } from '../../accounts/account.ts'
import { rewriteAccount } from '../../accounts/account-change-store.ts'
import { type AccountFieldFault, emailFaults, usernameFaults } from '../../accounts/account-fields.ts'
import type { PhoneRule } from '../../accounts/phone-number.ts'
import { normalizeUsername, type UsernameRule } from '../../accounts/username.ts'
import { recordEvent } from '../../audit/audit-store.ts'
import { AuthError } from '../../errors.ts'
import { isUniqueViolation } from '../../storage/constraint-violation.ts'
import type { Database } from '../../storage/database.ts'
import type { Transaction } from '../../storage/prepared.ts'
import type { SecurityNotices } from '../mail/security-notices/notices.ts'
import { type Actor, auditOriginOf } from '../rights/actor.ts'
import { isUsernameTaken } from './name-taken.ts'
import { replaceAddress } from './replace-address.ts'

/** What a login name is: a username or an address. */
export type LoginField = 'username' | 'email'

/**
 * The login names of accounts, as USERNAME_FIELD and LOGIN_FIELD say. With USERNAME_FIELD=email, the username of an
 * account is its address.
 */
export type LoginNames = {
  /** What is wrong with a name that somebody wants, including that it is taken, also by their own account. */
  faults(name: string, field: LoginField): Promise<AccountFieldFault[]>
  /**
   * Gives an account another name, in the caller's transaction, and tells its owner.
   *
   * @throws an error that `isTaken` recognises if the name was taken at the same moment
   */
  change(
    tx: Transaction,
    account: Account,
    wanted: { name: string; field: LoginField },
    actor: Actor,
    now: number,
  ): Promise<void>
}

type LoginNamesParts = {
  database: Database
  usernameRule: UsernameRule
  phoneRule: PhoneRule
  notices: Pick<SecurityNotices, 'emailChanged' | 'usernameChanged'>
  settings: { usernameField: LoginField; isStrict: boolean }
}

export function createLoginNames(parts: LoginNamesParts): LoginNames {
  const { database, usernameRule, notices, settings } = parts
  const isTaken = (name: string) => isUsernameTaken(database.read, name, parts)
  return {
    async faults(name, field) {
      if (field === 'username') return usernameFaults(name, usernameRule, await isTaken(name))
      return addressNameFaults(name, settings.usernameField === 'email' && (await isTaken(name)))
    },
    async change(tx, account, { name, field }, actor, now) {
      const origin = auditOriginOf(actor)
      const stored = field === 'username' && settings.isStrict ? normalizeUsername(name) : name
      if (field === 'email') {
        if ((await replaceAddress(tx, account, stored)) === undefined) throw new AuthError('account_not_found')
        await notices.emailChanged(tx, account, stored, now)
      }
      const isUsername = field === 'username' || settings.usernameField === 'email'
      if (isUsername) await rewriteAccount(tx, account.id, { username: stored }, usernameRule)
      await recordEvent(tx, now, 'account.changed', { accountId: account.id, fields: [field], origin })
      const changed = {
        ...account,
        ...(isUsername && { username: stored }),
        ...(field === 'email' && { email: stored }),
      }
      await notices.usernameChanged(tx, changed, now)
    },
  }
}

/** What is wrong with an address as a login name. In this order: what is wrong with any address, taken. */
export function addressNameFaults(address: string, isTaken: boolean): AccountFieldFault[] {
  return [...emailFaults(address), ...(isTaken ? [{ fault: 'email_taken' } as const] : [])]
}

/** Runs a transaction that changes a login name. False: the name was taken at the same moment. */
export async function unlessTaken<Result>(run: () => Promise<Result>): Promise<Result | 'taken'> {
  try {
    return await run()
  } catch (error) {
    if (isUniqueViolation(error)) return 'taken'
    throw error
  }
}
