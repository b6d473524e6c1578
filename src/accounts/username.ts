import { mimicsLatin } from './look-alikes.ts'

/** The longest username, in code points. */
export const USERNAME_LIMIT = 150

/** Letters and digits of any script, and the five marks. Linear in the length of the name. */
const ALLOWED = /^[\p{L}\p{N}_@.+-]+$/u

/** Letters that leave no mark on the screen, such as the Hangul filler: two names that look the same would differ. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u

/**
 * What makes two usernames one name. `exact`: only the same text. `folded`: also what differs by case, by width or by
 * other compatibility forms (NFKC), or by invisible characters.
 */
export type UsernameRule = 'exact' | 'folded'

/** Whether a new account may have this name. Length, U+0000 and surrogates are `textFaults`' business. */
export function isAllowedUsername(username: string, rule: UsernameRule): boolean {
  if (!ALLOWED.test(username)) return false
  return rule === 'exact' || !(INVISIBLE.test(username) || mimicsLatin(username))
}

/** The usual form of a name: NFKC, so that a name typed in full-width letters is stored in plain ones. */
export function normalizeUsername(username: string): string {
  return username.normalize('NFKC')
}

/** The text under which a name is unique and is found again. Equal keys mean the same name. */
export function usernameKey(username: string, rule: UsernameRule): string {
  if (rule === 'exact') return username
  return foldCase(username.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, '')).normalize('NFKC')
}

/**
 * Full case folding, which JavaScript lacks: by way of upper case, so that `ß` meets `ss` and dotless `ı` meets `i`, and
 * before that lower case, since the capital `ẞ` stays as it is there; a final sigma depends on its place and is made the
 * ordinary one.
 */
function foldCase(text: string): string {
  return text.toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ').replaceAll('i̇', 'i')
}
