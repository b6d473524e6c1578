import type { Account } from '../account.ts'
import { usernameKey } from '../names/username.ts'

/** The fields of an account that a search looks at. The phone number counts in both forms. */
export type SearchedFields = Pick<
  Account,
  'id' | 'uid' | 'username' | 'email' | 'firstName' | 'lastName' | 'phoneNumber'
> & { phoneKey: string }

/** How many words of an account, and how many characters of a word, can be found by their beginning. */
const WORDS_LIMIT = 40
const WORD_LIMIT = 100

/**
 * The form in which a search compares texts, on every database alike: NFKC, with full case folding (`ß` is `ss`) and
 * without invisible characters. Accents count: `Élodie` is not `Elodie`.
 */
export function foldForSearch(text: string): string {
  return usernameKey(text, 'folded')
}

/** All fields in their folded form, one per line, for a search anywhere in them. */
export function searchTextOf(fields: SearchedFields): string {
  return foldedFields(fields).join('\n')
}

/**
 * The words of all fields, complete and in their parts: `ada.l@example.org` is found by `ada`, `l` and `example` too.
 */
export function wordsOf(fields: SearchedFields): string[] {
  const wholes = foldedFields(fields).flatMap((text) => text.split(/\s+/))
  const parts = wholes.flatMap((text) => text.split(/[^\p{L}\p{N}\p{M}]+/u))
  const words = [...wholes, ...parts].map((word) => [...word].slice(0, WORD_LIMIT).join(''))
  return [...new Set(words)].filter((word) => word !== '').slice(0, WORDS_LIMIT)
}

function foldedFields({
  id,
  uid,
  username,
  email,
  firstName,
  lastName,
  phoneNumber,
  phoneKey,
}: SearchedFields): string[] {
  const digits = phoneNumber.replace(/[^\d+]/g, '')
  // The id has a condition of its own, because a part of it means nothing.
  const other = uid === String(id) ? '' : uid
  const fields = [username, email, firstName, lastName, phoneNumber, digits, phoneKey, other]
  return [...new Set(fields.map(foldForSearch))].filter((text) => text !== '')
}
