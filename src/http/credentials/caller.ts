import { AuthError } from '../../errors.ts'
import type { Caller } from '../../flows/rights/actor.ts'

/** The caller of an admitted request. @throws AuthError `not_authenticated` */
export function callerOf({ caller }: { caller: Caller | undefined }): Caller {
  if (caller === undefined) throw new AuthError('not_authenticated')
  return caller
}
