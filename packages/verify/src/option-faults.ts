import type { CookieOptions } from './cookies.ts'
import type { IntrospectionOptions } from './introspection.ts'
import type { SessionEventOptions } from './session-events.ts'
import type { Algorithm, VerifierOptions } from './verifier-options.ts'

const ALGORITHMS: readonly Algorithm[] = ['ES256', 'EdDSA', 'Ed25519', 'RS256', 'HS256']

const KNOWN = {
  options: [
    ...['issuer', 'audience', 'server', 'jwksUri', 'secret', 'algorithms', 'leewaySeconds', 'schemes', 'cookies'],
    ...['sessionEvents', 'introspection', 'accountClaim', 'permissionsClaim', 'groupsClaim', 'rememberedTokens'],
    ...['fetch', 'onWarning', 'now'],
  ],
  cookies: ['allowedOrigins', 'name'],
  sessionEvents: ['credential', 'whenUnreachable', 'accessTokenLifetimeSeconds'],
  introspection: ['credential'],
} as const

/** What is wrong with the options of `createVerifier`: one sentence for each fault, without any secret. */
export function findFaults(given: VerifierOptions): string[] {
  if (typeof given !== 'object' || given === null) return ['the options must be an object']
  const { issuer, sessionEvents, introspection, cookies } = given
  const faults = [
    ...unknownNames('', given, KNOWN.options),
    ...(cookies === undefined ? [] : [...unknownNames('cookies.', cookies, KNOWN.cookies), ...cookieFaults(cookies)]),
    ...serviceFaults('sessionEvents', sessionEvents, KNOWN.sessionEvents),
    ...serviceFaults('introspection', introspection, KNOWN.introspection),
  ]
  const check = (isRight: boolean, fault: string) => isRight || faults.push(fault)
  check(issuer === null || isText(issuer), 'issuer must be a string. Write null if Latchkey has ISSUER=none')
  check(
    given.audience === undefined || (listOf(given.audience).length > 0 && listOf(given.audience).every(isText)),
    'audience must be a string, or an array of strings that is not empty',
  )
  for (const name of ['accountClaim', 'permissionsClaim', 'groupsClaim'] as const) {
    check(given[name] === undefined || isText(given[name]), `${name} must be a string`)
  }
  check(isNumber(given.leewaySeconds, 300), 'leewaySeconds must be a number from 0 to 300')
  check(isNumber(given.rememberedTokens, 1_000_000), 'rememberedTokens must be a number from 0 to 1000000')
  check(
    given.schemes === undefined || (given.schemes.length > 0 && given.schemes.every((one) => /^[!-~]+$/.test(one))),
    'schemes must be an array of words that is not empty',
  )
  check(sessionEvents === undefined || introspection === undefined, 'use sessionEvents or introspection, not both')
  faults.push(...keyFaults(given), ...serverFaults(given))
  return faults
}

function keyFaults(given: VerifierOptions): string[] {
  const { secret, introspection } = given
  const algorithms: readonly unknown[] = given.algorithms ?? algorithmsOf(given)
  const faults: string[] = []
  if (introspection !== undefined) {
    const useless = (['secret', 'algorithms', 'jwksUri'] as const).filter((name) => given[name] !== undefined)
    return useless.map((name) => `${name} is of no use with introspection`)
  }
  if (algorithms.length === 0 || !algorithms.every((one) => ALGORITHMS.some((known) => known === one))) {
    faults.push(`algorithms must be some of ${ALGORITHMS.join(', ')}`)
  }
  if (algorithms.includes('HS256') && secret === undefined) faults.push('HS256 needs secret')
  if (secret !== undefined && !algorithms.includes('HS256'))
    faults.push('secret is for HS256, which algorithms leave out')
  const bytes = typeof secret === 'string' ? new TextEncoder().encode(secret) : secret
  // RFC 7518 §3.2
  if (bytes !== undefined && !(bytes instanceof Uint8Array && bytes.length >= 32)) {
    faults.push('secret must have at least 32 bytes')
  }
  return faults
}

function serverFaults(given: VerifierOptions): string[] {
  const { server, jwksUri, sessionEvents, introspection } = given
  const faults: string[] = []
  for (const [name, url] of Object.entries({ server, jwksUri })) {
    if (url !== undefined && webUrl(url) === undefined) faults.push(`${name} must be a URL with http or https`)
  }
  const needsServer = sessionEvents !== undefined || introspection !== undefined || needsJwkSet(given)
  const hasEnough = serverOf(given) !== undefined || (jwksUri !== undefined && !sessionEvents && !introspection)
  if (needsServer && !hasEnough && faults.length === 0) faults.push('issuer is not a URL, so server must be set')
  return faults
}

function serviceFaults(
  name: 'sessionEvents' | 'introspection',
  options: SessionEventOptions | IntrospectionOptions | undefined,
  known: readonly string[],
): string[] {
  if (options === undefined) return []
  const { credential, whenUnreachable, accessTokenLifetimeSeconds } = options as SessionEventOptions
  const faults = unknownNames(`${name}.`, options, known)
  if (!isText(credential) || !/^[^:]+:.+$/s.test(credential)) {
    faults.push(`${name}.credential must have the form NAME:SECRET, as in SERVICE_CREDENTIALS of Latchkey`)
  }
  if (whenUnreachable !== undefined && whenUnreachable !== 'accept' && whenUnreachable !== 'refuse') {
    faults.push(`${name}.whenUnreachable must be accept or refuse`)
  }
  if (accessTokenLifetimeSeconds === 0 || !isNumber(accessTokenLifetimeSeconds, 31_536_000)) {
    faults.push(`${name}.accessTokenLifetimeSeconds must be a number from 1 to 31536000`)
  }
  return faults
}

function cookieFaults({ allowedOrigins, name }: CookieOptions): string[] {
  const faults: string[] = []
  const areOrigins =
    Array.isArray(allowedOrigins) &&
    allowedOrigins.length > 0 &&
    allowedOrigins.every((origin) => webUrl(origin)?.origin === origin)
  if (!areOrigins) faults.push('cookies.allowedOrigins must list origins such as https://app.example.org')
  if (name !== undefined && (!isText(name) || /[\s;=,]/.test(name))) faults.push('cookies.name must be a cookie name')
  return faults
}

/** The allowed algorithms: those that were given, otherwise those that fit. */
export function algorithmsOf({ algorithms, secret }: VerifierOptions): readonly Algorithm[] {
  return algorithms ?? (secret === undefined ? ['ES256', 'EdDSA', 'Ed25519', 'RS256'] : ['HS256'])
}

/** Whether any token is verified with a public key. */
export function needsJwkSet(given: VerifierOptions): boolean {
  return given.introspection === undefined && algorithmsOf(given).some((one) => one !== 'HS256')
}

/** Latchkey's URL, without a slash at the end. Undefined if neither option is a URL. */
export function serverOf({ server, issuer }: VerifierOptions): string | undefined {
  const url = server ?? issuer ?? ''
  return webUrl(url) === undefined ? undefined : url.replace(/\/$/, '')
}

function unknownNames(prefix: string, given: object, known: readonly string[]): string[] {
  const unknown = Object.keys(given).filter((name) => !known.includes(name))
  return unknown.map((name) => `${prefix}${name} is unknown`)
}

/** One value or several, as a list. */
export function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value as string]
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isNumber(value: unknown, most: number): boolean {
  return value === undefined || (typeof value === 'number' && value >= 0 && value <= most)
}

function webUrl(text: string): URL | undefined {
  return typeof text === 'string' && /^https?:\/\//.test(text) && URL.canParse(text) ? new URL(text) : undefined
}
