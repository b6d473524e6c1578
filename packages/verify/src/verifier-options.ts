import type { CookieOptions } from './cookies.ts'
import type { IntrospectionOptions } from './introspection.ts'
import type { SessionEventOptions } from './session-events.ts'

/** Every algorithm that Latchkey signs access tokens with. There are no others here. */
export type Algorithm = 'ES256' | 'EdDSA' | 'Ed25519' | 'RS256' | 'HS256'

/** How access tokens of one Latchkey are verified. Only `issuer` is required. */
export type VerifierOptions = {
  /** `ISSUER` of Latchkey; by default that is its `PUBLIC_URL`. Compared as it is. null: Latchkey has `ISSUER=none`. */
  issuer: string | null
  /** `AUDIENCE` of Latchkey. With several, one will do. Default: none, and then tokens that have an `aud` are refused. */
  audience?: string | readonly string[] | undefined
  /** Where this service reaches Latchkey, for example `http://latchkey:8000`. Default: `issuer`. */
  server?: string | undefined
  /** Default: `/.well-known/jwks.json` of `server`. */
  jwksUri?: string | undefined
  /** `SECRET_KEY` of a Latchkey with `ALGORITHM=HS256`: 32 bytes or more. Who has it can also make tokens. */
  secret?: string | Uint8Array | undefined
  /** Default: `HS256` if there is a `secret`, otherwise `ES256`, `EdDSA`, `Ed25519` and `RS256`. */
  algorithms?: readonly Algorithm[] | undefined
  /** How far the clocks may differ when `exp` and `nbf` are checked, seconds. Default 5, at most 300. */
  leewaySeconds?: number | undefined
  /** The words before the token in the `Authorization` header, as in `AUTH_HEADER_TYPES`. Default `['Bearer']`. */
  schemes?: readonly string[] | undefined
  /** Takes tokens from cookies too. Default: it does not. */
  cookies?: CookieOptions | undefined
  /** Follows the session feed, so that a token ends with its session. Default: it ends when it expires. */
  sessionEvents?: SessionEventOptions | undefined
  /** Asks Latchkey about each token, instead of checking it here. */
  introspection?: IntrospectionOptions | undefined
  /** The claim with the account, for tokens without `sub`: `USER_ID_CLAIM` of Latchkey. Default `user_id`. */
  accountClaim?: string | undefined
  /** `PERMISSIONS_CLAIM` of Latchkey. Default `permissions`. */
  permissionsClaim?: string | undefined
  /** `GROUPS_CLAIM` of Latchkey. Default `groups`. */
  groupsClaim?: string | undefined
  /** How many verified tokens are remembered, so that their signatures are checked once. Default 5000. 0: none. */
  rememberedTokens?: number | undefined
  /** Default: the global `fetch`. */
  fetch?: typeof fetch | undefined
  /** Told when Latchkey cannot be reached, and when it can be again. Default: `console.warn`. */
  onWarning?: ((message: string) => void) | undefined
  /** The time in epoch milliseconds. Default `Date.now`. */
  now?: (() => number) | undefined
}
