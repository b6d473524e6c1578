import { strip } from '../platform/white-space.ts'

/** The password that counts. With TRIM_PASSWORDS, it lacks the surrounding white space, as in Django REST framework. */
export function countedPassword(typed: string, trimPasswords: boolean): string {
  return trimPasswords ? strip(typed) : typed
}
