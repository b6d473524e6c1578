import { isIPv4, isIPv6 } from 'node:net'
import { domainToASCII } from 'node:url'
import { hasUnseen } from '../../platform/text-rules.ts'

/** The longest address, in code points (RFC 5321 §4.5.3.1.3, without the angle brackets). */
export const EMAIL_LIMIT = 254
/** The longest text before the `@` (RFC 5321 §4.5.3.1.1). No mail server has to accept a longer one. */
const LOCAL_LIMIT = 64

const LOCAL_ATOMS = /^[-!#$%&'*+/=?^_`{}|~0-9A-Z]+(?:\.[-!#$%&'*+/=?^_`{}|~0-9A-Z]+)*$/i
/**
 * A quoted string: printable ASCII without spaces, or a backslash and a character; controls other than tab, CR and LF.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 5322's obsolete quoted text allows them
const LOCAL_QUOTED = /^"(?:[\x01-\x08\x0b\x0c\x0e-\x1f!#-[\]-\x7f]|\\[\x01-\x09\x0b\x0c\x0e-\x7f])*"$/i
const LABEL = /^[A-Z0-9](?:[A-Z0-9-]{0,61}[A-Z0-9])?$/i
const TOP_LABEL = /^[A-Z0-9-]{2,63}$/i

/** Contains a non-ASCII character, and no ASCII that a URL parser would read as more than a host. */
const INTERNATIONAL = /^[A-Z0-9.-]*[^\0-\x7f][A-Z0-9.\-\u0080-\u{10ffff}]*$/iu

/**
 * Whether a text has the form of an email address, by Django's rules. Before the last `@` comes a run of atoms or a
 * quoted string; after it a domain of at least two labels, `localhost`, or an address in brackets. An international
 * domain passes if its ASCII form does. Linear in the length of the text.
 */
export function isEmailAddress(text: string): boolean {
  const at = text.lastIndexOf('@')
  if (at < 1) return false
  const local = text.slice(0, at)
  const domain = text.slice(at + 1)
  if (!LOCAL_ATOMS.test(local) && !LOCAL_QUOTED.test(local)) return false
  return isDomain(domain) || isInternationalDomain(domain)
}

/**
 * The text for looking up an address: in lower case, with the domain in ASCII form. Undefined for addresses that
 * Latchkey neither mails nor looks up: a text that is not an address, one with a quoted part (which may contain another
 * `@`), one that is too long for some mail servers, and one at a bare IP address. The part before the `@` is ASCII
 * then, so no look-alike letter folds into another (CVE-2019-19844).
 *
 * Two addresses with one key may still be two mailboxes. A lookup by key finds accounts, but mail goes to the address
 * stored with each, never to the typed one.
 */
export function emailKey(address: string): string | undefined {
  const at = address.lastIndexOf('@')
  const domain = address.slice(at + 1)
  if (address.length > EMAIL_LIMIT || !isEmailAddress(address)) return undefined
  if (at > LOCAL_LIMIT || !LOCAL_ATOMS.test(address.slice(0, at)) || domain.startsWith('[')) return undefined
  return `${address.slice(0, at)}@${domainToASCII(domain)}`.toLowerCase()
}

/** The address with its domain in lower case. Before the `@`, case may matter. */
export function normalizeEmailDomain(address: string): string {
  const at = address.lastIndexOf('@')
  return at < 0 ? address : address.slice(0, at + 1) + address.slice(at + 1).toLowerCase()
}

function isDomain(domain: string): boolean {
  if (domain === 'localhost') return true
  const literal = /^\[([A-F0-9:.]+)\]$/i.exec(domain)
  if (literal) return isIPv4(literal[1] ?? '') || isIPv6(literal[1] ?? '')
  const labels = domain.split('.')
  const top = labels.pop() ?? ''
  return labels.length > 0 && labels.every((label) => LABEL.test(label)) && TOP_LABEL.test(top) && !top.endsWith('-')
}

function isInternationalDomain(domain: string): boolean {
  if (!INTERNATIONAL.test(domain) || hasUnseen(domain)) return false
  const ascii = domainToASCII(domain)
  // `localhost` passes only as typed, not with invisible characters that the ASCII form drops.
  return ascii !== '' && ascii !== 'localhost' && isDomain(ascii)
}
