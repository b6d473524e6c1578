import type { FieldFault } from '../../errors.ts'

/** A fault of a field, as a sentence. */
export function faultWords(fault: Omit<FieldFault, 'field'> & { fault: string }): string {
  switch (fault.fault) {
    case 'too_long':
      return `It is longer than ${fault.limit} characters.`
    case 'null_character':
      return 'It contains a null character.'
    case 'surrogate':
      return `It contains half a character (a lone surrogate): ${fault.codePoint}.`
    case 'invisible_character':
      return `It contains an invisible character: ${fault.codePoint}.`
    case 'invalid_username':
      return 'It may contain only letters, digits and @ . + - _, and must not be empty.'
    case 'username_taken':
    case 'name_taken':
      return 'It is taken.'
    case 'invalid_email':
      return 'It is not an email address.'
    case 'invalid_phone_number':
      return 'It is not a phone number. Write it with its country code: +49 30 123456.'
    case 'phone_number_taken':
      return 'Another account has it.'
    case 'too_similar':
      return `It is too similar to the ${String(fault.attribute).replace('_', ' ')}.`
    case 'too_short':
      return `It is too short. Use at least ${fault.minimum} characters.`
    case 'too_common':
      return 'It is one of the most common passwords.'
    case 'entirely_numeric':
      return 'It consists of digits only.'
    case 'breached':
      return 'It was exposed in a data breach.'
    case 'unknown_group':
      return 'There is no such group.'
    case 'invalid_permission':
      return 'It is not the name of a permission. Write it as app.codename, such as blog.add_post.'
    case 'unknown_permission':
      return 'Latchkey has no such permission. Check its spelling.'
    case 'invalid_name':
      return 'It must not be empty, begin or end with a space, or contain invisible characters.'
    default:
      return typeof fault.message === 'string' ? fault.message : `It cannot be used (${fault.fault}).`
  }
}

/** All faults of an account, one line each: `username: It is taken.` */
export function accountFaultLines(faults: readonly FieldFault[]): string[] {
  return faults.map((fault) => `${fault.field}: ${faultWords(fault)}`)
}
