import { sha256 } from '../platform/digest.ts'
import { type Random, randomSecret } from '../platform/random.ts'

/** A secret that was sent to an e-mail address, and the single thing it may do. Of the secret only a digest is kept. */
export type OneTimeToken = {
  digest: string
  /** The name of the email flow it belongs to; to any other it is nothing. */
  purpose: string
  /** Whose it is; undefined: of somebody who has no account yet. */
  account: { id: number; credentialsVersion: number } | undefined
  /** The address it was sent to, and proves. */
  email: string
  createdAt: number
  expiresAt: number
}

/** What a new token is for; see `OneTimeToken`. */
export type OneTimeUse = Pick<OneTimeToken, 'purpose' | 'account' | 'email'>

/** Draws a new token of 256 bits: the secret to be sent, and what is kept of it. Nothing is stored. */
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

/** The digest of a presented token; undefined if it cannot be one. */
export function digestOfPresented(presented: string): string | undefined {
  return form.test(presented) ? sha256(presented) : undefined
}
