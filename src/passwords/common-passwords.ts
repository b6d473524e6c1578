import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { strip } from '../platform/white-space.ts'

/**
 * The list of Django's CommonPasswordValidator, unchanged: 19,727 lower-case passwords, one per line, compiled by Royce
 * Williams. Django's licence is in `common-passwords.LICENSE`.
 */
const listFile = new URL('./common-passwords.txt.gz', import.meta.url)

/** The length of the longest password in the list; a test compares it with the list. */
const longestWord = 21

/**
 * The whole list as one text, each password between line feeds: 160 kB, where a Set of the same words takes megabytes.
 * A search takes about 30 microseconds, which is nothing beside the hashing that follows.
 */
let list: string | undefined

/** Whether a password is a common one, regardless of case and surrounding white space. */
export function isCommonPassword(password: string): boolean {
  list ??= `\n${gunzipSync(readFileSync(listFile)).toString('latin1')}\n`
  const word = strip(password.toLowerCase())
  // Every password in the list has only ASCII letters and is short, so other texts need no search. A line feed inside
  // would match two neighbours.
  return word.length > 0 && word.length <= longestWord && !word.includes('\n') && list.includes(`\n${word}\n`)
}
