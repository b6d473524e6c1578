import { foldCase } from '../../platform/text-folding.ts'
import { hasUnseen } from '../../platform/text-rules.ts'
import { mimicsLatin } from './look-alikes.ts'

/** The longest username, in code points. */
export const USERNAME_LIMIT = 150

/** Letters and digits of any script, and the five punctuation marks. Linear in the length of the name. */
const ALLOWED = /^[\p{L}\p{N}_@.+-]+$/u

/**
 * When two usernames are the same name. `exact`: only if the texts are equal. `folded`: also if they differ only in
 * case, in width or other compatibility forms (NFKC), or in invisible characters.
 */
export type UsernameRule = 'exact' | 'folded'

/** Whether a new account may have this name. `textFaults` checks length, U+0000 and surrogates. */
export function isAllowedUsername(username: string, rule: UsernameRule): boolean {
  if (!ALLOWED.test(username)) return false
  return rule === 'exact' || !(hasUnseen(username) || mimicsLatin(username))
}

/** The normal form of a name: NFKC, so that full-width letters are stored as ordinary ones. */
export function normalizeUsername(username: string): string {
  return username.normalize('NFKC')
}

/** The text under which a name is unique and found. Equal keys mean the same name. */
export function usernameKey(username: string, rule: UsernameRule): string {
  if (rule === 'exact') return username
  return foldCase(username.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, '')).normalize('NFKC')
}
