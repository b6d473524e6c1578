import type { User } from './user.ts'

/**
 * The place for a user's second factors, on the page about how they sign in: what is enrolled, and how to remove it. Shows
 * nothing while there are none to enrol.
 */
export function FactorsSection(_: { user: User }) {
  return null
}
