import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/**
 * The list that Django ships with its CommonPasswordValidator, unchanged: 19,727 lower-case passwords, one to a line,
 * compiled by Royce Williams. It is Django's, under the licence in `common-passwords.LICENSE`.
 */
const listFile = new URL('./common-passwords.txt.gz', import.meta.url)

/** White space as Python's `str.strip()` takes it, which is not what `trim()` takes: U+001C to U+001F and U+0085 are, U+FEFF is not. */
const whiteSpace =
  '\t\n\v\f\r\u001c\u001d\u001e\u001f \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000'

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

/** Drops white space at both ends, by index: an expression that ends in `\s+$` takes quadratic time on blanks inside. */
function strip(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && whiteSpace.includes(text.charAt(start))) start += 1
  while (end > start && whiteSpace.includes(text.charAt(end - 1))) end -= 1
  return text.slice(start, end)
}
