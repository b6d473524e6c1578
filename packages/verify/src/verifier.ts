import { type Claims, checkFixedClaims, checkTimes } from './claims.ts'
import { createIntrospection, type IntrospectionOptions } from './introspection.ts'
import { createKeySet, type Keys } from './key-set.ts'
import { type CheckedOptions, checkOptions } from './options.ts'
import { readPresentedToken } from './presented-token.ts'
import { createRememberedTokens } from './remembered-tokens.ts'
import type { RequestLike } from './request.ts'
import { checkRights, checkVerifyOptions, type VerifyOptions } from './requirements.ts'
import { createServer, type Server } from './server.ts'
import { createSessionEvents, type SessionEvents } from './session-events.ts'
import { createSignatures, type Signatures } from './signatures.ts'
import { readVerifiedToken, type VerifiedToken } from './verified-token.ts'
import type { VerifierOptions } from './verifier-options.ts'

export type { CookieOptions } from './cookies.ts'
export type { IntrospectionOptions } from './introspection.ts'
export type { HeadersLike, RequestLike } from './request.ts'
export type { Requirements, VerifyOptions } from './requirements.ts'
export type { SessionEventOptions } from './session-events.ts'
export type { VerifiedToken } from './verified-token.ts'
export type { Algorithm, VerifierOptions } from './verifier-options.ts'
export { VerifyError, type VerifyErrorCode } from './verify-error.ts'

/** Verifies the access tokens of one Latchkey. Create one per process and keep it, because it holds the keys. */
export type Verifier = {
  /**
   * Lets a request in, or throws.
   *
   * @param presented a request (web, Node, Express, Fastify), or the token itself
   * @param options.requires rights that the token must have
   * @returns who sent the request
   * @throws VerifyError with the status and the response for the client
   * @throws TypeError for invalid options, which are an error in the program
   */
  verify(presented: RequestLike | string | undefined | null, options?: VerifyOptions): Promise<VerifiedToken>
  /**
   * Fetches the keys and reads the session feed, so that a service learns at its start whether its options are right.
   * Otherwise the first request does so.
   *
   * @throws Error that says what is wrong
   */
  ready(): Promise<void>
  /** Stops following the session feed, which would keep the process alive. */
  close(): void
}

const ACCESS_TOKEN_TYPES = ['at+jwt', 'application/at+jwt', 'jwt']
const EVENT_TYPES = ['secevent+jwt', 'application/secevent+jwt']

/**
 * Creates a verifier. It fetches nothing yet.
 *
 * @throws TypeError that names all faults of the options
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const checked = checkOptions(options)
  const { introspection } = checked
  const way = introspection === undefined ? verifyByKeys(checked) : verifyByIntrospection(checked, introspection)
  return {
    async verify(presented, options = {}) {
      checkVerifyOptions(options)
      const token = await way.open(readPresentedToken(presented, checked))
      if (options.requires !== undefined) checkRights(token, options.requires)
      return token
    },
    ready: way.ready,
    close: way.close,
  }
}

/** One of the ways to find out whether a token is valid. */
type Way = { open(token: string): Promise<VerifiedToken>; ready(): Promise<void>; close(): void }

function verifyByKeys(options: CheckedOptions): Way {
  const { now, warn, jwksUri, secret, rememberedTokens, algorithms } = options
  const server = createServer(options.fetch)
  const keySet = jwksUri === undefined ? undefined : createKeySet({ server, url: jwksUri, rememberedTokens, now, warn })
  const secretKeys: Keys | undefined = secret && {
    find: async () => secret,
    remembered: createRememberedTokens(rememberedTokens),
  }
  const signatures = createSignatures({ algorithms, keySet, secretKeys })
  const sessionEvents = followSessionEvents(options, server, signatures)

  async function verifyAnew(token: string): Promise<VerifiedToken> {
    const { claims, keys } = await signatures.check(token, ACCESS_TOKEN_TYPES)
    checkFixedClaims(claims, options)
    const verified = readVerifiedToken(claims, options.claimNames)
    keys.remembered.add(token, verified)
    return verified
  }

  return {
    async open(token) {
      const verified = (await signatures.recall(token)) ?? (await verifyAnew(token))
      checkTimes(verified.claims, options, now())
      await sessionEvents?.check(verified)
      return verified
    },
    async ready() {
      await keySet?.current()
      await sessionEvents?.ready()
    },
    close: () => sessionEvents?.close(),
  }
}

function followSessionEvents(
  options: CheckedOptions,
  server: Server,
  signatures: Signatures,
): SessionEvents | undefined {
  const { sessionEvents, issuer, leewaySeconds, now, warn } = options
  if (sessionEvents === undefined) return undefined
  return createSessionEvents({
    server,
    url: `${options.server}/api/v1/session-events`,
    options: sessionEvents,
    leewaySeconds,
    async open(event): Promise<Claims> {
      const { claims } = await signatures.check(event, EVENT_TYPES)
      if ((claims.iss ?? null) !== issuer) throw new Error('an event is of another issuer')
      return claims
    },
    now,
    warn,
  })
}

function verifyByIntrospection(options: CheckedOptions, introspection: IntrospectionOptions): Way {
  const { claimNames, now } = options
  const url = `${options.server}/api/v1/introspect`
  const introspect = createIntrospection(createServer(options.fetch), url, introspection)
  return {
    async open(token) {
      const claims = await introspect(token)
      checkFixedClaims(claims, options)
      checkTimes(claims, options, now())
      return readVerifiedToken(claims, claimNames)
    },
    /** Any text will do: Latchkey says that it is not active, which shows that the credential is right. */
    async ready() {
      await introspect('AAAA.AAAA.AAAA').catch((error: unknown) => {
        if (Object(error).code !== 'token_not_valid') throw error
      })
    },
    close() {},
  }
}
