import { type TSchema, Type } from 'typebox'
import { AuthError, fieldRefusal } from '../../errors.ts'

/** A moment on the wire: RFC 3339, in UTC, with milliseconds. */
export const timeSchema = Type.String({ format: 'date-time' })

/** A number that the database has given, as it may be asked for. */
export const idSchema = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })

/** The schema of a member that may be null. */
export function orNull<Schema extends TSchema>(schema: Schema) {
  return Type.Union([schema, Type.Null()])
}

/** Epoch milliseconds as they go over the wire; null for a moment that has not come. */
export function wireTime(moment: number | undefined): string | null {
  return moment === undefined ? null : new Date(moment).toISOString()
}

/** A moment that a query says. */
export function momentParameter(description: string) {
  return Type.Optional(Type.String({ ...timeSchema, description }))
}

/**
 * The moment that the query parameter `field` says, in epoch milliseconds.
 *
 * @throws AuthError `invalid_fields` for what the format lets pass and no clock shows, such as a leap second
 */
export function readMoment(field: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const moment = Date.parse(text)
  if (Number.isNaN(moment)) throw fieldRefusal(field, 'format')
  return moment
}

/** The id in a path. @throws AuthError `not_found` for what is no id: no database need be asked */
export function readId(text: string | undefined): number {
  const id = /^[1-9]\d{0,15}$/.test(text ?? '') ? Number(text) : 0
  if (Number.isSafeInteger(id) && id > 0) return id
  throw new AuthError('not_found')
}
