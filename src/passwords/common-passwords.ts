import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { strip } from '../platform/white-space.ts'

/**
 * The list that Django ships with its CommonPasswordValidator, unchanged: 19,727 lower-case passwords, one to a line,
 * compiled by Royce Williams. It is Django's, under the licence in `common-passwords.LICENSE`.
 */
const listFile = new URL('./common-passwords.txt.gz', import.meta.url)

/** Characters of the longest password in the list; a test compares it with the list. */
const longestWord = 21

/**
 * The whole list as one text, each password between line feeds: 160 kB, where a Set of the same words takes megabytes.
 * Searching it takes some 30 microseconds, nothing beside the hashing that follows.
 */
let list: string | undefined

/** Whether a password is among the common ones, whatever its case and with white space around it or not. */
export function isCommonPassword(password: string): boolean {
  list ??= `\n${gunzipSync(readFileSync(listFile)).toString('latin1')}\n`
  const word = strip(password.toLowerCase())
  // Every word of the list has ASCII letters only, so that longer texts and others need not be looked for. A line feed
  // inside would match two neighbours.
  return word.length > 0 && word.length <= longestWord && !word.includes('\n') && list.includes(`\n${word}\n`)
}
