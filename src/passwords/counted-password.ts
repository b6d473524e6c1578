import { strip } from '../platform/white-space.ts'

/** A password as it counts. With TRIM_PASSWORDS the white space around it does not, as in Django REST framework. */
export function countedPassword(typed: string, trimPasswords: boolean): string {
  return trimPasswords ? strip(typed) : typed
}
