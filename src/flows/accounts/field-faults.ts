import type { NewAccount } from '../../accounts/account.ts'
import { NAME_LIMIT, PHONE_NUMBER_LIMIT, usernameFaults } from '../../accounts/account-fields.ts'
import { findAccountByUsername } from '../../accounts/account-store.ts'
import { emailKey } from '../../accounts/email-address.ts'
import type { ProfileFault } from '../../accounts/profile.ts'
import type { UsernameRule } from '../../accounts/username.ts'
import type { FieldFault } from '../../errors.ts'
import type { NewPasswordCheck } from '../../passwords/new-password-check.ts'
import type { PasswordOwner } from '../../passwords/password-policy.ts'
import { textFaults } from '../../platform/text-rules.ts'
import type { Database } from '../../storage/database.ts'

/**
 * The longest new password in v1, in code points: longer than any person or program chooses, and no burden for the
 * hash.
 */
export const PASSWORD_LIMIT = 1_024

/**
 * What is wrong with a new password by v1's rules: NIST SP 800-63B-4 §3.1.1.2 and the OWASP ASVS 5.0 §6.2. It counts
 * exactly as sent, and may contain any characters.
 *
 * @param check the rules that apply in both contracts
 */
export async function newPasswordFaults(
  check: NewPasswordCheck,
  password: string,
  owner: PasswordOwner,
): Promise<FieldFault[]> {
  const faults = [...textFaults(password, PASSWORD_LIMIT), ...(await check(password, owner))]
  return faults.map((fault) => ({ field: 'password', ...fault }))
}

type NewAccountRules = { database: Database; usernameRule: UsernameRule; checkNewPassword: NewPasswordCheck }

/**
 * Everything that is wrong with a new account by the rules of v1 and the command line, including a taken name. Unlike
 * the classic contract, these rules refuse an address that cannot receive mail.
 *
 * @param account with its name and address in their stored form
 * @param password undefined: it has none
 */
export async function newAccountFaults(
  { database, usernameRule, checkNewPassword }: NewAccountRules,
  account: Pick<NewAccount, 'username' | 'email' | 'firstName' | 'lastName' | 'phoneNumber'>,
  password: string | undefined,
): Promise<FieldFault[]> {
  const { username, email } = account
  const isTaken = (await findAccountByUsername(database.read, username, usernameRule)) !== undefined
  return [
    ...usernameFaults(username, usernameRule, isTaken).map((fault) => ({ field: 'username', ...fault })),
    ...(email !== '' && emailKey(email) === undefined ? [{ field: 'email', fault: 'invalid_email' }] : []),
    ...profileFaults(account),
    ...(password === undefined ? [] : await newPasswordFaults(checkNewPassword, password, account)),
  ]
}

/** What is wrong with names and the phone number. */
export function profileFaults(
  profile: Partial<Pick<NewAccount, 'firstName' | 'lastName' | 'phoneNumber'>>,
): FieldFault[] {
  const { firstName = '', lastName = '', phoneNumber = '' } = profile
  const texts = [
    ['first_name', firstName, NAME_LIMIT],
    ['last_name', lastName, NAME_LIMIT],
    ['phone_number', phoneNumber, PHONE_NUMBER_LIMIT],
  ] as const
  return texts.flatMap(([field, text, limit]) => textFaults(text, limit).map((fault) => ({ field, ...fault })))
}

/** What is wrong with the profile fields. */
export function memberFaults(faults: readonly ProfileFault[]): FieldFault[] {
  return faults.map(({ path, fault }) => ({ field: path === '' ? 'profile' : `profile/${path}`, fault }))
}
