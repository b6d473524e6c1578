import { fieldRefusal } from '../../errors.ts'

/** Where a page begins, in which order: what a cursor says. */
type CursorPosition<Order extends string> = { order: Order; value: string | number; id: number }

/** More than any cursor that was ever given out. */
const LENGTH_LIMIT = 2_000
const VALUE_LIMIT = 600

/**
 * A position as clients hand it back to get the next page. It holds nothing but the values of the last row, in plain
 * JSON: whoever makes up their own gets a page that begins elsewhere, which filters could have said as well.
 */
export function writeCursor<Order extends string>({ order, value, id }: CursorPosition<Order>): string {
  return Buffer.from(JSON.stringify([order, value, id])).toString('base64url')
}

/**
 * The position that a cursor says, every part of it checked: it goes on as values, to be compared with, and as nothing
 * else.
 *
 * @param isText whether the order is one of texts
 * @throws AuthError `invalid_fields` for whatever is no cursor of this order
 */
export function readCursor<Order extends string>(text: string, order: Order, isText: boolean): CursorPosition<Order> {
  const parts = parse(text)
  const [cursorOrder, value, id] = Array.isArray(parts) && parts.length === 3 ? parts : []
  const isPosition = cursorOrder === order && (isText ? isStorableText(value) : isMoment(value)) && isId(id)
  if (isPosition) return { order, value, id }
  throw fieldRefusal('cursor', 'invalid_cursor')
}

function parse(text: string): unknown {
  if (text.length > LENGTH_LIMIT || !/^[\w-]+$/.test(text)) return undefined
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}

function isStorableText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= VALUE_LIMIT && value.isWellFormed() && !value.includes('\0')
}

function isMoment(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function isId(value: unknown): value is number {
  return isMoment(value) && value >= 1
}
