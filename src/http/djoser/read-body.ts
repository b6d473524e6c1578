import type { TObject } from 'typebox'
import { ClassicAnswer, fieldErrors } from '../classic/answer.ts'
import type { ClassicBody } from '../classic/body.ts'
import { fieldMessages, readFields } from '../classic/fields.ts'

/** The texts of a body, and the messages for each faulty field. */
export type ReadBody = {
  values: Partial<Record<string, string>>
  /** What is wrong with the shape of a field: it is missing, null, blank or no text. */
  shapes: Record<string, string[]>
  /** That, and what is wrong with its text. */
  faults: Record<string, string[]>
}

/** Reads the fields of a schema (section 3 of the classic contract). */
export function readTexts(schema: TObject, body: ClassicBody, trimPasswords: boolean): ReadBody {
  const { values, errors } = readFields(schema, body, { trimPasswords })
  return { values, shapes: errors, faults: fieldMessages(schema, { values, errors: errors }) }
}

/** @throws ClassicAnswer 400, if any field has faults */
export function refuseFaults(faults: Record<string, string[]>): void {
  if (Object.values(faults).some((messages) => messages.length > 0)) {
    throw fieldErrors(Object.fromEntries(Object.entries(faults).filter(([, messages]) => messages.length > 0)))
  }
}

/** 400: two fields that must be equal are not. @param what `password`, or the field of a name */
export function mismatch(what: string): ClassicAnswer {
  return new ClassicAnswer(400, { non_field_errors: [`The two ${what} fields didn't match.`] })
}
