import { sha256 } from '../platform/digest.ts'
import { type Random, randomSecret } from '../platform/random.ts'

/** How long a login waits for its second factor (and a proof within a session for its answer). */
export const CHALLENGE_LIFETIME_MS = 5 * 60_000

/** How many wrong proofs a challenge allows. The limit of the account counts across all its challenges. */
export const MOST_ATTEMPTS = 5

/** The purpose of a challenge. A token for one purpose is worthless for any other. */
export type ChallengePurpose = 'login' | 'enrolment' | 'mail_login' | 'step_up'

/** A proof that waits for another one. Only a digest of its token is stored. */
export type LoginChallenge = {
  digest: string
  purpose: ChallengePurpose
  /** The account that gave the first proof, as it was then; undefined: not known yet. */
  account: { id: number; credentialsVersion: number } | undefined
  /** The key of the typed address, if nothing else is known. */
  emailKey: string | undefined
  /** What was proven so far, as RFC 8176 values. */
  amr: readonly string[]
  attempts: number
  /** What a factor remembers, encrypted; empty: nothing. */
  state: string
  createdAt: number
  expiresAt: number
}

/** A new challenge of 256 bits: the token for the client, and the row to store. It stores nothing itself. */
export function createChallenge(
  random: Random,
  facts: Pick<LoginChallenge, 'purpose' | 'account' | 'amr'> & { emailKey?: string | undefined; lifetimeMs?: number },
  now: number,
): { token: string; challenge: LoginChallenge } {
  const token = randomSecret(random)
  const { purpose, account, amr, emailKey, lifetimeMs = CHALLENGE_LIFETIME_MS } = facts
  const stored = { purpose, account, amr, emailKey, attempts: 0, state: '', createdAt: now }
  return { token, challenge: { ...stored, digest: sha256(token), expiresAt: now + lifetimeMs } }
}

/** The place that a challenge's state is bound to when it is encrypted. */
export function placeOfState(digest: string): string {
  return `login_challenges:${digest}`
}
