import type { AccountFieldFault } from '../../accounts/account-fields.ts'
import type { PasswordFault } from '../../passwords/password-policy.ts'

const attributeNames = {
  username: 'username',
  first_name: 'first name',
  last_name: 'last name',
  email: 'email address',
  service_name: 'service name',
} as const

/** A fault of a field in the words of Django REST framework (sections 3 and 4). */
export function faultMessage(fault: AccountFieldFault | PasswordFault): string {
  switch (fault.fault) {
    case 'too_long':
      return `Ensure this field has no more than ${fault.limit} characters.`
    case 'null_character':
      return 'Null characters are not allowed.'
    case 'surrogate':
      return `Surrogate characters are not allowed: ${fault.codePoint}.`
    case 'invisible_character':
      return `Invisible characters are not allowed: ${fault.codePoint}.`
    case 'invalid_username':
      return 'Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.'
    case 'username_taken':
      return 'A user with that username already exists.'
    case 'email_taken':
      return 'user with this email address already exists.'
    case 'invalid_email':
      return 'Enter a valid email address.'
    case 'invalid_phone_number':
      return 'Enter a valid phone number.'
    case 'phone_number_taken':
      return 'A user with that phone number already exists.'
    case 'too_similar':
      return `The password is too similar to the ${attributeNames[fault.attribute]}.`
    case 'too_short':
      return `This password is too short. It must contain at least ${fault.minimum} characters.`
    case 'too_common':
      return 'This password is too common.'
    case 'entirely_numeric':
      return 'This password is entirely numeric.'
    case 'breached':
      return 'This password has been exposed in a data breach.'
  }
}
