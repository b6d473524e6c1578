import type { Account } from '../../../accounts/account.ts'
import { rewriteAccount } from '../../../accounts/account-change-store.ts'
import { type AccountFieldFault, emailFaults, phoneFaults, usernameFaults } from '../../../accounts/account-fields.ts'
import { awaitTurn } from '../../../accounts/administrator-store.ts'
import type { UsernameField } from '../../../accounts/names/login-kind.ts'
import { type PhoneRule, phoneKey } from '../../../accounts/names/phone-number.ts'
import { normalizeUsername, type UsernameRule } from '../../../accounts/names/username.ts'
import { recordEvent } from '../../../audit/audit-store.ts'
import { AuthError, fieldRefusal } from '../../../errors.ts'
import { isUniqueViolation } from '../../../storage/constraint-violation.ts'
import type { Database } from '../../../storage/database.ts'
import type { Transaction } from '../../../storage/prepared.ts'
import type { SecurityNotices } from '../../mail/security-notices/notices.ts'
import { type Actor, auditOriginOf } from '../../rights/actor.ts'
import { replaceAddress } from '../replace-address.ts'
import { awaitNameTurn, isNumberOfAnother, isPhoneTaken, isUsernameTaken } from './name-taken.ts'

/**
 * The login names of accounts, as USERNAME_FIELD and LOGIN_FIELD say. With USERNAME_FIELD=email, the username of an
 * account is its address; with `phone_number`, its number in E.164.
 */
export type LoginNames = {
  /** The faults of a wanted name, including that it is taken, even by the caller's own account. */
  faults(name: string, field: UsernameField): Promise<AccountFieldFault[]>
  /**
   * Gives an account another name, in the caller's transaction, and tells its owner.
   *
   * @throws an error that `unlessTaken` recognises if the name was taken at the same moment
   */
  change(
    tx: Transaction,
    account: Account,
    wanted: { name: string; field: UsernameField },
    actor: Actor,
    now: number,
  ): Promise<void>
}

type LoginNamesParts = {
  database: Database
  usernameRule: UsernameRule
  phoneRule: PhoneRule
  notices: Pick<SecurityNotices, 'emailChanged' | 'usernameChanged'>
  settings: { usernameField: UsernameField; isStrict: boolean }
}

export function createLoginNames(parts: LoginNamesParts): LoginNames {
  const { database, usernameRule, phoneRule, notices, settings } = parts
  const isTaken = (name: string) => isUsernameTaken(database.read, name, parts)

  /** If two accounts want one number at the same moment, one gets it. */
  async function replaceNumber(tx: Transaction, { id }: Account, phoneNumber: string): Promise<void> {
    await awaitTurn(tx)
    if (await isPhoneTaken(tx, phoneNumber, phoneRule)) throw fieldRefusal('phone_number', 'phone_number_taken')
    const changed = { phoneNumber, phoneKey: phoneKey(phoneNumber, phoneRule.region) ?? '' }
    await rewriteAccount(tx, id, changed, usernameRule)
  }

  return {
    async faults(name, field) {
      if (field === 'username') return usernameFaults(name, usernameRule, await isTaken(name))
      if (field === 'phone_number') {
        return phoneFaults(name, phoneRule, await isPhoneTaken(database.read, name, phoneRule))
      }
      return addressNameFaults(name, settings.usernameField === 'email' && (await isTaken(name)))
    },
    async change(tx, account, { name, field }, actor, now) {
      const origin = auditOriginOf(actor)
      const stored = field === 'username' && settings.isStrict ? normalizeUsername(name) : name
      if (field === 'email') {
        const change = { email: stored, verifiedAt: undefined }
        // The username is changed below, even if it was not the address before.
        const replaced = await replaceAddress(tx, account, change, { ...parts, isAddressName: false }, now)
        if (replaced === undefined) throw new AuthError('account_not_found')
      }
      if (field === 'phone_number') await replaceNumber(tx, account, stored)
      // With USERNAME_FIELD=email or phone_number, the new value is the username too.
      const isUsername = field === 'username' || field === settings.usernameField
      if (field === 'username') {
        await awaitNameTurn(tx, { username: stored }, phoneRule)
        if (await isNumberOfAnother(tx, stored, phoneRule, account.id)) throw fieldRefusal('username', 'username_taken')
      }
      const username = field === 'phone_number' ? (phoneKey(stored, phoneRule.region) ?? stored) : stored
      if (isUsername) await rewriteAccount(tx, account.id, { username }, usernameRule)
      await recordEvent(tx, now, 'account.changed', { accountId: account.id, fields: [field], origin })
      const changed = { ...account, ...(isUsername && { username }), ...(field === 'email' && { email: stored }) }
      await notices.usernameChanged(tx, changed, now)
    },
  }
}

/** The faults of an address as a login name, in this order: those of any address, then whether it is taken. */
export function addressNameFaults(address: string, isTaken: boolean): AccountFieldFault[] {
  return [...emailFaults(address), ...(isTaken ? [{ fault: 'email_taken' } as const] : [])]
}

/** The fault of a login name that another account has. */
export function takenFault(field: UsernameField): AccountFieldFault {
  const faults = { username: 'username_taken', email: 'email_taken', phone_number: 'phone_number_taken' } as const
  return { fault: faults[field] }
}

/**
 * Whether an operation failed because another account got the number, or a username that reads as it, at the same
 * moment.
 */
export function isNumberTaken(error: unknown): boolean {
  return (
    error instanceof AuthError &&
    error.faults.some(({ fault }) => ['phone_number_taken', 'username_taken'].includes(fault))
  )
}

/** Runs a transaction that changes a login name. `taken`: another account got the name at the same moment. */
export async function unlessTaken<Result>(run: () => Promise<Result>): Promise<Result | 'taken'> {
  try {
    return await run()
  } catch (error) {
    if (isUniqueViolation(error) || isNumberTaken(error)) return 'taken'
    throw error
  }
}
