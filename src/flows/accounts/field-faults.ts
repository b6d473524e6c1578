import type { NewAccount } from '../../accounts/account.ts'
import { NAME_LIMIT, PHONE_NUMBER_LIMIT } from '../../accounts/account-fields.ts'
import { emailKey } from '../../accounts/email-address.ts'
import type { ProfileFault } from '../../accounts/profile.ts'
import type { FieldFault } from '../../errors.ts'
import type { NewPasswordCheck } from '../../passwords/new-password-check.ts'
import type { PasswordOwner } from '../../passwords/password-policy.ts'
import { textFaults } from '../../platform/text-rules.ts'
import type { Register } from './register.ts'

/** The longest new password of v1, in code points: more than any person or program makes up, and no burden on the hash. */
export const PASSWORD_LIMIT = 1_024

/**
 * What is wrong with a new password, by the rules of v1: those of NIST SP 800-63B-4 §3.1.1.2 and the OWASP ASVS 5.0 §6.2.
 * It counts as it was sent, and which characters it is made of is nobody's business.
 *
 * @param check what holds by either contract
 */
export async function newPasswordFaults(
  check: NewPasswordCheck,
  password: string,
  owner: PasswordOwner,
): Promise<FieldFault[]> {
  const faults = [...textFaults(password, PASSWORD_LIMIT), ...(await check(password, owner))]
  return faults.map((fault) => ({ field: 'password', ...fault }))
}

/**
 * All that is wrong with a new account by the rules of v1. Unlike the classic contract's these take no address that no
 * mail can be sent to.
 *
 * @param account with its name and address as they are to be stored
 */
export async function newAccountFaults(
  register: Pick<Register, 'checkUsername' | 'checkPassword'>,
  account: Pick<NewAccount, 'username' | 'email' | 'firstName' | 'lastName' | 'phoneNumber'>,
  password: string,
): Promise<FieldFault[]> {
  const usernameFaults = await register.checkUsername(account.username, true)
  const { email } = account
  return [
    ...usernameFaults.map((fault) => ({ field: 'username', ...fault })),
    ...(email !== '' && emailKey(email) === undefined ? [{ field: 'email', fault: 'invalid_email' }] : []),
    ...profileFaults(account),
    ...(await newPasswordFaults(register.checkPassword, password, account)),
  ]
}

/** What is wrong with names and phone number. */
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

/** What is wrong with the fields that the deployment declares. */
export function memberFaults(faults: readonly ProfileFault[]): FieldFault[] {
  return faults.map(({ path, fault }) => ({ field: path === '' ? 'profile' : `profile/${path}`, fault }))
}
