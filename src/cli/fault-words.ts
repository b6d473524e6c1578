import type { AccountFieldFault } from '../accounts/account-fields.ts'
import type { AccountFaults } from '../flows/accounts/manage-accounts.ts'
import type { PasswordFault } from '../passwords/password-policy.ts'

/** A fault of a field, as a sentence. */
export function faultWords(fault: AccountFieldFault | PasswordFault): string {
  switch (fault.fault) {
    case 'too_long':
      return `It is longer than ${fault.limit} characters.`
    case 'null_character':
      return 'It has a null character in it.'
    case 'surrogate':
      return `It has half a character in it: ${fault.codePoint}.`
    case 'invalid_username':
      return 'Only letters, digits and @ . + - _ may be in it, and at least one of them.'
    case 'username_taken':
      return 'It is taken.'
    case 'invalid_email':
      return 'It is no e-mail address.'
    case 'too_similar':
      return `It is too similar to the ${fault.attribute.replace('_', ' ')}.`
    case 'too_short':
      return `It is too short: ${fault.minimum} characters are the least.`
    case 'too_common':
      return 'It is one of the most common passwords.'
    case 'entirely_numeric':
      return 'It has nothing but digits in it.'
    case 'breached':
      return 'It became known in a data breach.'
  }
}

/** All faults of an account, one line for each: `username: It is taken.` */
export function accountFaultLines(faults: AccountFaults): string[] {
  return Object.entries(faults).flatMap(([field, list]) => list.map((fault) => `${field}: ${faultWords(fault)}`))
}
