import { fieldRefusal } from '../../errors.ts'

/** The content of a cursor: where a page begins, and in which order. */
type CursorPosition<Order extends string> = { order: Order; value: string | number; id: number }

/** Longer than any cursor that this server creates. */
const LENGTH_LIMIT = 2_000
const VALUE_LIMIT = 600

/**
 * A position that clients return to get the next page. It contains only the values of the last row, in plain JSON. If a
 * client makes one up, its page begins elsewhere, which it could also achieve with filters.
 */
export function writeCursor<Order extends string>({ order, value, id }: CursorPosition<Order>): string {
  return Buffer.from(JSON.stringify([order, value, id])).toString('base64url')
}

/**
 * The position in a cursor, with every part checked. It is only used as values to compare with.
 *
 * @param isText whether the list is ordered by a text
 * @throws AuthError `invalid_fields` if the text is not a cursor of this order
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
