import { strip } from '../../platform/white-space.ts'
import type { Queryable } from '../../storage/prepared.ts'
import type { Account } from '../account.ts'
import { findAccountByUid } from '../account-store.ts'

/** Longer than any `uid`, and than any integer that is one. */
const LONGEST = 300

/**
 * The account whose `uid` a client sent, in a path or a link. As in Django, a text that Python reads as an integer
 * names the account with that number, so `007` and `7` are one account. A `uid` that is equal to the text comes first.
 */
export async function findAccountByPresentedUid(db: Queryable, presented: string): Promise<Account | undefined> {
  const found = await findAccountByUid(db, presented)
  const integer = found === undefined ? integerIn(presented) : undefined
  return integer === undefined || integer === presented ? found : findAccountByUid(db, integer)
}

/**
 * The integer that Python's `int()` reads from a text, in decimal: with white space around it, a sign, digits of any
 * script, single underscores between them. Undefined if it reads none.
 */
export function integerIn(text: string): string | undefined {
  if (text.length > LONGEST) return undefined
  const [, sign, digits] = /^([+-]?)(\p{Nd}+(?:_\p{Nd}+)*)$/u.exec(strip(text)) ?? []
  if (digits === undefined) return undefined
  const value = BigInt(Array.from(digits.replaceAll('_', ''), digitOf).join(''))
  return String(sign === '-' ? -value : value)
}

/** Unicode keeps the ten digits of a script together, from zero to nine. Scripts may follow each other. */
function digitOf(digit: string): number {
  const code = digit.codePointAt(0) ?? 0
  let before = 0
  while (/\p{Nd}/u.test(String.fromCodePoint(code - before - 1))) before++
  return before % 10
}
