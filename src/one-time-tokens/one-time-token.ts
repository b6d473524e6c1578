import { sha256 } from '../platform/digest.ts'
import { type Random, randomSecret } from '../platform/random.ts'

/** A secret sent to an email address, and the one thing it may do. Only a digest of the secret is stored. */
export type OneTimeToken = {
  digest: string
  /** The name of its email flow. It is worthless to any other. */
  purpose: string
  /** The account it belongs to; undefined: the recipient has no account yet. */
  account: { id: number; credentialsVersion: number } | undefined
  /** A digest of what the link depends on, if that is something other than the version of the account. */
  state?: string | undefined
  /** The address it was sent to, which using it confirms. */
  email: string
  /** The language of its email and of its page, as a tag; undefined: nobody has chosen one. */
  locale?: string | undefined
  createdAt: number
  expiresAt: number
}

/** The purpose of a new token; see `OneTimeToken`. */
export type OneTimeUse = Pick<OneTimeToken, 'purpose' | 'account' | 'state' | 'email' | 'locale'>

/** Creates a new token of 256 bits: the secret to send, and what to store of it. It stores nothing. */
export function createOneTimeToken(
  random: Random,
  use: OneTimeUse,
  lifetimeMs: number,
  now: number,
): { secret: string; token: OneTimeToken } {
  const secret = randomSecret(random)
  return { secret, token: { ...use, digest: sha256(secret), createdAt: now, expiresAt: now + lifetimeMs } }
}

/** The form of every token: 43 characters of base64url. */
export const TOKEN_PATTERN = '^[A-Za-z0-9_-]{43}$'

const form = new RegExp(TOKEN_PATTERN)

/** The digest of a presented token; undefined if it cannot be a token. */
export function digestOfPresented(presented: string): string | undefined {
  return form.test(presented) ? sha256(presented) : undefined
}
