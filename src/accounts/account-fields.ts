import { type TextFault, textFaults } from '../platform/text-rules.ts'
import { EMAIL_LIMIT, isEmailAddress } from './names/email-address.ts'
import { type PhoneRule, phoneKey } from './names/phone-number.ts'
import { isAllowedUsername, USERNAME_LIMIT, type UsernameRule } from './names/username.ts'

/** The longest first or last name, in code points. */
export const NAME_LIMIT = 150
/** The longest phone number, in code points. Any text is allowed. */
export const PHONE_NUMBER_LIMIT = 20

/** What can be wrong with one field of an account. Each contract chooses the words. */
export type AccountFieldFault =
  | TextFault
  | { fault: 'invalid_username' }
  | { fault: 'username_taken' }
  | { fault: 'invalid_email' }
  | { fault: 'invalid_phone_number' }
  | { fault: 'phone_number_taken' }
  | { fault: 'email_taken' }

/** In this order: characters, taken, length, U+0000, surrogates. */
export function usernameFaults(username: string, rule: UsernameRule, isTaken: boolean): AccountFieldFault[] {
  const faults: AccountFieldFault[] = []
  if (!isAllowedUsername(username, rule)) faults.push({ fault: 'invalid_username' })
  if (isTaken) faults.push({ fault: 'username_taken' })
  return [...faults, ...textFaults(username, USERNAME_LIMIT)]
}

/** In this order: length, U+0000, surrogates, form. An empty address is allowed. */
export function emailFaults(email: string): AccountFieldFault[] {
  const faults: AccountFieldFault[] = textFaults(email, EMAIL_LIMIT)
  if (email !== '' && !isEmailAddress(email)) faults.push({ fault: 'invalid_email' })
  return faults
}

/**
 * In this order: length, U+0000, surrogates, form, taken. Where nobody logs in with a number, any text is allowed. An empty
 * number is allowed.
 */
export function phoneFaults(
  phoneNumber: string,
  { region, isLoginName }: PhoneRule,
  isTaken: boolean,
): AccountFieldFault[] {
  const faults: AccountFieldFault[] = textFaults(phoneNumber, PHONE_NUMBER_LIMIT)
  const isUnreadable = phoneNumber !== '' && phoneKey(phoneNumber, region) === undefined
  if (isLoginName && isUnreadable) faults.push({ fault: 'invalid_phone_number' })
  if (isTaken) faults.push({ fault: 'phone_number_taken' })
  return faults
}
