import { isCommonPassword } from './common-passwords.ts'

/**
 * Data about the owner of an account. A new password must not be too similar to any of it. Empty and missing values are
 * skipped.
 */
export type PasswordOwner = {
  username?: string | undefined
  firstName?: string | undefined
  lastName?: string | undefined
  email?: string | undefined
}

/** What a password is too similar to: a part of the owner's data, or the name of the service. */
type LikenedTo = 'username' | 'first_name' | 'last_name' | 'email' | 'service_name'

/** One reason why a password is refused. Each contract chooses the words. */
export type PasswordFault =
  | { fault: 'too_similar'; attribute: LikenedTo }
  | { fault: 'too_short'; minimum: number }
  | { fault: 'too_common' }
  | { fault: 'entirely_numeric' }
  | { fault: 'breached' }

/** The parts of the policy that settings can change. */
export type PasswordRules = {
  /** The least number of code points in a password. */
  minimumLength: number
  /** The names of the service: attackers try these words first (OWASP ASVS 5.0, 6.2.11). */
  serviceNames: readonly string[]
}

/**
 * Eight characters, the minimum of OWASP (ASVS 5.0, 6.2.1) and Django. NIST SP 800-63B-4 §3.1.1.2 requires 15 if the
 * password is the only protection.
 */
export const defaultPasswordRules: PasswordRules = { minimumLength: 8, serviceNames: [] }

/** From this similarity on, a password is too similar to another text. */
const maximumLikeness = 0.7

/**
 * Everything that separates the parts of a name or address, like `\W` in Python: `.`, `@`, spaces, combining accents.
 */
const separators = /[^\p{L}\p{N}_]+/u

/**
 * Digits only. Besides the decimal digits of all scripts, these are superscript, subscript, circled and other
 * characters to which Unicode gives the numeric type "digit". Fractions and Roman numerals are numbers, but not digits.
 */
const digitsOnly =
  /^[\p{Nd}\u00b2\u00b3\u00b9\u1369-\u1371\u19da\u2070\u2074-\u2079\u2080-\u2089\u2460-\u2468\u2474-\u247c\u2488-\u2490\u24ea\u24f5-\u24fd\u24ff\u2776-\u277e\u2780-\u2788\u278a-\u2792\u{10a40}-\u{10a43}\u{10e60}-\u{10e68}\u{11052}-\u{1105a}\u{1f100}-\u{1f10a}]+$/u

/**
 * All reasons to refuse `password` that need no lookup, in the order to show them; empty if there are none. These are
 * Django's four default validators, and with the default rules they give Django's answers. Linear in the length of
 * password and data.
 *
 * @param owner the account's data; without it, the password is not compared with personal data
 */
export function passwordFaults(
  password: string,
  owner: PasswordOwner = {},
  { minimumLength, serviceNames }: PasswordRules = defaultPasswordRules,
): PasswordFault[] {
  const faults: PasswordFault[] = []
  const attribute = tooSimilarAttribute(password, owner, serviceNames)
  if (attribute !== undefined) faults.push({ fault: 'too_similar', attribute })
  if (isShorterThan(password, minimumLength)) faults.push({ fault: 'too_short', minimum: minimumLength })
  if (isCommonPassword(password)) faults.push({ fault: 'too_common' })
  if (digitsOnly.test(password)) faults.push({ fault: 'entirely_numeric' })
  return faults
}

/** The first text that the password is too similar to, as a whole or in one of its parts. */
function tooSimilarAttribute(
  password: string,
  owner: PasswordOwner,
  serviceNames: readonly string[],
): LikenedTo | undefined {
  const values: [LikenedTo, string | undefined][] = [
    // A name that is the address (USERNAME_FIELD=email) is called an address.
    ['username', owner.username === owner.email ? undefined : owner.username],
    ['first_name', owner.firstName],
    ['last_name', owner.lastName],
    ['email', owner.email],
    ...serviceNames.map((name): [LikenedTo, string] => ['service_name', name]),
  ]
  const lowered = password.toLowerCase()
  let letters: Letters | undefined
  for (const [attribute, value] of values) {
    if (!value) continue
    const whole = value.toLowerCase()
    // A quarter in UTF-16 units is at most half in code points, which gives a similarity of at most 2/3. So the letters
    // of an enormous password need not be counted.
    if (whole.length < lowered.length / 4) continue
    letters ??= countLetters(lowered)
    for (const piece of [...whole.split(separators), whole]) {
      if (likeness(letters, countLetters(piece)) >= maximumLikeness) return attribute
    }
  }
  return undefined
}

/** The letters of a text as a multiset: how often each code point occurs, and the total. */
type Letters = { total: number; counts: Map<string, number> }

function countLetters(text: string): Letters {
  const counts = new Map<string, number>()
  let total = 0
  for (const letter of text) {
    counts.set(letter, (counts.get(letter) ?? 0) + 1)
    total += 1
  }
  return { total, counts }
}

/**
 * The similarity of two texts, from 0 to 1, regardless of the order of letters: twice the shared letters, divided by
 * all letters. Django skips parts shorter than a tenth of the password. Those reach at most 0.19, so skipping them
 * changes no result and is left out here.
 */
function likeness(a: Letters, b: Letters): number {
  if (a.total + b.total === 0) return 1
  let shared = 0
  for (const [letter, count] of b.counts) shared += Math.min(count, a.counts.get(letter) ?? 0)
  return (2 * shared) / (a.total + b.total)
}

/** Whether a text has fewer than `minimum` code points. It reads no more of the text than necessary. */
function isShorterThan(text: string, minimum: number): boolean {
  let length = 0
  for (const _ of text) {
    length += 1
    if (length === minimum) return false
  }
  return true
}
