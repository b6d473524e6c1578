import { mimicsLatin } from './look-alikes.ts'
import { isAllowedUsername, normalizeUsername } from './username.ts'

/** The values that a username can be derived from. */
export type NameSource = { email: string; firstName: string; lastName: string }

/** Leaves room for a number after the name. */
const LONGEST_BASE = 130

/**
 * The username for somebody who has not chosen one, before a number makes it unique: the part of the address before the
 * `@`, or first and last name, or `user`. Never a phone number, because usernames are shown to others.
 */
export function usernameBase({ email, firstName, lastName }: NameSource): string {
  const local = email.slice(0, Math.max(0, email.lastIndexOf('@')))
  const names = [firstName, lastName].join(' ').trim()
  return [local, names].map(toUsername).find((name) => name !== undefined) ?? 'user'
}

/** The nth name to try: the base itself, then with a number. @param number random, so that many people can have one base */
export function usernameAttempt(base: string, attempt: number, number: number): string {
  return attempt === 0 ? base : `${base}-${number}`
}

function toUsername(text: string): string | undefined {
  const name = [
    ...normalizeUsername(text)
      .toLowerCase()
      .replace(/\s+/gu, '.')
      .replace(/[^\p{L}\p{N}_.+-]/gu, ''),
  ]
    .slice(0, LONGEST_BASE)
    .join('')
    .replace(/^[.+-]+|[.+-]+$/g, '')
  return isAllowedUsername(name, 'folded') && !mimicsLatin(name) ? name : undefined
}
