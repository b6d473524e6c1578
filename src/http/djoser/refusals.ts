import { ClassicAnswer, fieldErrors } from '../classic/answer.ts'

/** @throws ClassicAnswer 400, if any field is invalid */
export function refuseFieldErrors(faults: Record<string, string[]>): void {
  const found = Object.entries(faults).filter(([, messages]) => messages.length > 0)
  if (found.length > 0) throw fieldErrors(Object.fromEntries(found))
}

/** 400: two fields that must be equal differ. @param what `password`, or the name field */
export function mismatch(what: string): ClassicAnswer {
  return new ClassicAnswer(400, { non_field_errors: [`The two ${what} fields didn't match.`] })
}
