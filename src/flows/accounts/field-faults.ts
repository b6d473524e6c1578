import type { NewAccount } from '../../accounts/account.ts'
import { NAME_LIMIT, phoneFaults, usernameFaults } from '../../accounts/account-fields.ts'
import { emailKey } from '../../accounts/names/email-address.ts'
import type { PhoneRule } from '../../accounts/names/phone-number.ts'
import type { UsernameRule } from '../../accounts/names/username.ts'
import type { ProfileFault } from '../../accounts/profile/profile.ts'
import type { FieldFault } from '../../errors.ts'
import type { NewPasswordCheck } from '../../passwords/new-password-check.ts'
import type { PasswordOwner } from '../../passwords/password-policy.ts'
import { nameTextFaults, type TextFault, textFaults } from '../../platform/text-rules.ts'
import type { Database } from '../../storage/database.ts'
import { isPhoneTaken, isUsernameTaken } from './names/name-taken.ts'

/**
 * The longest new password in v1, in code points: longer than any person or program chooses, and no burden for the
 * hash.
 */
export const PASSWORD_LIMIT = 1_024

/**
 * The faults of a new password by v1's rules: NIST SP 800-63B-4 §3.1.1.2 and the OWASP ASVS 5.0 §6.2. The password is
 * used exactly as sent, and may contain any characters.
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

type NewAccountRules = {
  database: Database
  usernameRule: UsernameRule
  phoneRule: PhoneRule
  checkNewPassword: NewPasswordCheck
}

/**
 * All faults of a new account by the rules of v1 and the command line, including a taken name. Unlike the classic
 * contract, these rules refuse an address that cannot receive mail.
 *
 * @param account with its name and address in their stored form
 * @param password undefined: it has none
 */
export async function newAccountFaults(
  rules: NewAccountRules,
  account: Pick<NewAccount, 'username' | 'email' | 'firstName' | 'lastName' | 'phoneNumber'>,
  password: string | undefined,
): Promise<FieldFault[]> {
  const { username, email, phoneNumber } = account
  const { database, usernameRule, phoneRule, checkNewPassword } = rules
  const isTaken = await isUsernameTaken(database.read, username, rules)
  const isPhoneOfOther = await isPhoneTaken(database.read, phoneNumber, phoneRule)
  return [
    ...usernameFieldFaults(username, usernameRule, isTaken),
    ...(email !== '' && emailKey(email) === undefined ? [{ field: 'email', fault: 'invalid_email' }] : []),
    ...nameFaults(account),
    ...phoneFieldFaults(phoneNumber, phoneRule, isPhoneOfOther),
    ...(password === undefined ? [] : await newPasswordFaults(checkNewPassword, password, account)),
  ]
}

/**
 * The faults of an account whose name was derived: it does not matter that the name is taken, because nobody has chosen
 * it and another one can be derived.
 */
export function withoutTakenName(faults: readonly FieldFault[]): FieldFault[] {
  return faults.filter(({ fault }) => fault !== 'username_taken')
}

/**
 * The faults of a username by the rules of v1: no invisible characters, even if USERNAME_CASE_SENSITIVE lets the
 * classic contract accept some of them.
 */
export function usernameFieldFaults(username: string, rule: UsernameRule, isTaken: boolean): FieldFault[] {
  const faults = usernameFaults(username, rule, isTaken)
  const unseen = faults.some(({ fault }) => fault === 'invalid_username') ? [] : nameTextFaults(username)
  return [...faults, ...invisible(unseen)].map((fault) => ({ field: 'username', ...fault }))
}

/** The faults of a phone number by the rules of v1. */
export function phoneFieldFaults(phoneNumber: string, rule: PhoneRule, isTaken: boolean): FieldFault[] {
  const faults = [...phoneFaults(phoneNumber, rule, isTaken), ...invisible(nameTextFaults(phoneNumber))]
  return faults.map((fault) => ({ field: 'phone_number', ...fault }))
}

function invisible(faults: readonly TextFault[]): TextFault[] {
  return faults.filter(({ fault }) => fault === 'invisible_character')
}

/** The faults of the first and last name. */
export function nameFaults({
  firstName = '',
  lastName = '',
}: Partial<Pick<NewAccount, 'firstName' | 'lastName'>>): FieldFault[] {
  const texts = [
    ['first_name', firstName, NAME_LIMIT],
    ['last_name', lastName, NAME_LIMIT],
  ] as const
  return texts.flatMap(([field, text, limit]) => nameTextFaults(text, limit).map((fault) => ({ field, ...fault })))
}

/** The faults of the profile fields. */
export function memberFaults(faults: readonly ProfileFault[]): FieldFault[] {
  return faults.map(({ path, fault }) => ({ field: path === '' ? 'profile' : `profile/${path}`, fault }))
}
