import type { CookieOptions } from './cookies.ts'
import type { IntrospectionOptions } from './introspection.ts'
import { algorithmsOf, findFaults, listOf, needsJwkSet, serverOf } from './option-faults.ts'
import type { CheckedSessionEventOptions, SessionEventOptions } from './session-events.ts'

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

/** Options that were checked, with their defaults. */
export type CheckedOptions = {
  issuer: string | null
  audiences: readonly string[]
  algorithms: readonly Algorithm[]
  secret: Uint8Array | undefined
  leewaySeconds: number
  schemes: readonly string[]
  cookies: { names: readonly string[]; allowedOrigins: readonly string[] } | undefined
  /** Where Latchkey is, without a slash at the end. undefined where nothing is asked but `jwksUri`. */
  server: string | undefined
  /** undefined where there is no JWK Set to fetch. */
  jwksUri: string | undefined
  sessionEvents: CheckedSessionEventOptions | undefined
  introspection: IntrospectionOptions | undefined
  claimNames: { account: string; permissions: string; groups: string }
  rememberedTokens: number
  fetch: typeof fetch
  warn(message: string): void
  now(): number
}

/** @throws TypeError that names every fault at once. It shows no secret. */
export function checkOptions(given: VerifierOptions): CheckedOptions {
  const faults = findFaults(given)
  if (faults.length > 0) throw new TypeError(`createVerifier: ${faults.join('; ')}`)
  const { secret, cookies, introspection, sessionEvents } = given
  const server = serverOf(given)
  return {
    issuer: given.issuer,
    audiences: listOf(given.audience),
    algorithms: algorithmsOf(given),
    secret: typeof secret === 'string' ? new TextEncoder().encode(secret) : secret,
    leewaySeconds: given.leewaySeconds ?? 5,
    schemes: (given.schemes ?? ['Bearer']).map((scheme) => scheme.toLowerCase()),
    cookies: cookies && { names: cookieNames(cookies, server), allowedOrigins: cookies.allowedOrigins },
    server,
    jwksUri: needsJwkSet(given) ? (given.jwksUri ?? `${server}/.well-known/jwks.json`) : undefined,
    sessionEvents: sessionEvents && {
      credential: sessionEvents.credential,
      whenUnreachable: sessionEvents.whenUnreachable ?? 'accept',
      accessTokenLifetimeSeconds: sessionEvents.accessTokenLifetimeSeconds ?? 3600,
    },
    introspection,
    claimNames: {
      account: given.accountClaim ?? 'user_id',
      permissions: given.permissionsClaim ?? 'permissions',
      groups: given.groupsClaim ?? 'groups',
    },
    rememberedTokens: given.rememberedTokens ?? 5_000,
    fetch: given.fetch ?? ((...call) => fetch(...call)),
    // biome-ignore lint/suspicious/noConsole: the place where people look, if they name no other
    warn: given.onWarning ?? ((message) => console.warn(`@latchkey/verify: ${message}`)),
    now: given.now ?? Date.now,
  }
}

function cookieNames({ name }: CookieOptions, server: string | undefined): readonly string[] {
  if (name !== undefined) return [name]
  const isPlain = server !== undefined && isPlainLoopback(new URL(server))
  return isPlain ? ['latchkey-access'] : ['__Host-latchkey-access', '__Secure-latchkey-access']
}

/** Where Latchkey itself leaves the prefixes out. Anywhere else, any host of the domain could plant such a cookie. */
function isPlainLoopback({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}
