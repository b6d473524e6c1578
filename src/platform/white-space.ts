/**
 * What Python's `str.strip()` removes at both ends. JavaScript's `trim()` differs in U+001C–001F, U+0085 and U+FEFF.
 */
const BLANKS =
  '\t\n\v\f\r\u001c\u001d\u001e\u001f \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000'

/**
 * Removes white space at both ends, in Python's sense. It uses indexes because a regular expression that ends in `\s+$`
 * takes quadratic time on inner spaces.
 */
export function strip(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && BLANKS.includes(text.charAt(start))) start++
  while (end > start && BLANKS.includes(text.charAt(end - 1))) end--
  return text.slice(start, end)
}
