import type { CookieOptions } from './cookies.ts'
import type { IntrospectionOptions } from './introspection.ts'
import type { SessionEventOptions } from './session-events.ts'

/** Every algorithm that Latchkey signs access tokens with. No others are accepted. */
export type Algorithm = 'ES256' | 'EdDSA' | 'Ed25519' | 'RS256' | 'HS256'

/** How to verify the access tokens of one Latchkey. Only `issuer` is required. */
export type VerifierOptions = {
  /** Latchkey's `ISSUER`, by default its `PUBLIC_URL`. Compared exactly. null: Latchkey has `ISSUER=none`. */
  issuer: string | null
  /**
   * Latchkey's `AUDIENCE`. If there are several, one is enough. Default: none, and tokens with an `aud` are refused.
   */
  audience?: string | readonly string[] | undefined
  /** The URL at which this service reaches Latchkey, for example `http://latchkey:8000`. Default: `issuer`. */
  server?: string | undefined
  /** Default: `/.well-known/jwks.json` of `server`. */
  jwksUri?: string | undefined
  /** The `SECRET_KEY` of a Latchkey with `ALGORITHM=HS256`: 32 bytes or more. Whoever has it can also issue tokens. */
  secret?: string | Uint8Array | undefined
  /** Default: `HS256` if there is a `secret`, otherwise `ES256`, `EdDSA`, `Ed25519` and `RS256`. */
  algorithms?: readonly Algorithm[] | undefined
  /** How far the clocks may differ when `exp` and `nbf` are checked, in seconds. Default 5, at most 300. */
  leewaySeconds?: number | undefined
  /** The words before the token in the `Authorization` header, as in `AUTH_HEADER_TYPES`. Default `['Bearer']`. */
  schemes?: readonly string[] | undefined
  /** Accepts tokens from cookies too. Default: it does not. */
  cookies?: CookieOptions | undefined
  /** Follows the session feed, so that a token ends with its session. Default: a token ends when it expires. */
  sessionEvents?: SessionEventOptions | undefined
  /** Asks Latchkey about each token instead of checking it here. */
  introspection?: IntrospectionOptions | undefined
  /** The claim with the account, for tokens without `sub`: Latchkey's `USER_ID_CLAIM`. Default `user_id`. */
  accountClaim?: string | undefined
  /** Latchkey's `PERMISSIONS_CLAIM`. Default `permissions`. */
  permissionsClaim?: string | undefined
  /** Latchkey's `GROUPS_CLAIM`. Default `groups`. */
  groupsClaim?: string | undefined
  /** How many verified tokens to remember, so that their signatures are checked once. Default 5000. 0: none. */
  rememberedTokens?: number | undefined
  /** Default: the global `fetch`. */
  fetch?: typeof fetch | undefined
  /** Called when Latchkey cannot be reached, and when it can be reached again. Default: `console.warn`. */
  onWarning?: ((message: string) => void) | undefined
  /** The time in epoch milliseconds. Default `Date.now`. */
  now?: (() => number) | undefined
}
