import { type TSchema, Type } from 'typebox'
import { USERNAME_LIMIT } from '../../accounts/names/username.ts'
import { AuthError, fieldRefusal } from '../../errors.ts'

/** A time on the wire: RFC 3339, in UTC, with milliseconds. */
export const timeSchema = Type.String({ format: 'date-time' })

/** A numeric id, as the database generates it. */
export const idSchema = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })

/** The schema of a member that may be null. */
export function orNull<Schema extends TSchema>(schema: Schema) {
  return Type.Union([schema, Type.Null()])
}

/** Epoch milliseconds in their wire form; null if there is no such time yet. */
export function wireTime(moment: number | undefined): string | null {
  return moment === undefined ? null : new Date(moment).toISOString()
}

/** A username in a query. */
export function usernameParameter(description: string) {
  return Type.Optional(Type.String({ minLength: 1, maxLength: USERNAME_LIMIT, description }))
}

/** A time in a query has the form in which the API writes times; the milliseconds may be missing. */
const MOMENT = '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{3})?Z$'

/** A time in a query: RFC 3339 in UTC, such as `2026-11-29T08:00:00Z`. */
export function momentParameter(description: string) {
  return Type.Optional(Type.String({ ...timeSchema, pattern: MOMENT, description }))
}

/**
 * The time in the query parameter `field`, in epoch milliseconds.
 *
 * @throws AuthError `invalid_fields` for a time that matches the format but does not exist, such as a leap second or 30
 *   February
 */
export function readMoment(field: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const moment = Date.parse(text)
  // Date.parse() turns 30 February into 2 March.
  const isReal = !Number.isNaN(moment) && new Date(moment).toISOString().slice(0, 19) === text.slice(0, 19)
  if (!isReal) throw fieldRefusal(field, 'format')
  return moment
}

/** The id in a path. @throws AuthError `not_found` if it is not an id, without asking the database */
export function readId(text: string | undefined): number {
  const id = /^[1-9]\d{0,15}$/.test(text ?? '') ? Number(text) : 0
  if (Number.isSafeInteger(id) && id > 0) return id
  throw new AuthError('not_found')
}
