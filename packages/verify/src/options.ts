import type { CookieOptions } from './cookies.ts'
import type { IntrospectionOptions } from './introspection.ts'
import { algorithmsOf, findFaults, listOf, needsJwkSet, serverOf } from './option-faults.ts'
import type { CheckedSessionEventOptions } from './session-events.ts'
import type { Algorithm, VerifierOptions } from './verifier-options.ts'

/** Checked options, with their defaults. */
export type CheckedOptions = {
  issuer: string | null
  audiences: readonly string[]
  algorithms: readonly Algorithm[]
  secret: Uint8Array | undefined
  leewaySeconds: number
  schemes: readonly string[]
  cookies: { names: readonly string[]; allowedOrigins: readonly string[] } | undefined
  /** Latchkey's URL, without a slash at the end. Undefined if only `jwksUri` is used. */
  server: string | undefined
  /** Undefined if there is no JWK Set to fetch. */
  jwksUri: string | undefined
  sessionEvents: CheckedSessionEventOptions | undefined
  introspection: IntrospectionOptions | undefined
  claimNames: { account: string; permissions: string; groups: string }
  rememberedTokens: number
  fetch: typeof fetch
  warn(message: string): void
  now(): number
}

/** @throws TypeError that names all faults at once, and shows no secret */
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

/** Latchkey itself leaves the prefixes out there. Anywhere else, any host of the domain could plant such a cookie. */
function isPlainLoopback({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}
