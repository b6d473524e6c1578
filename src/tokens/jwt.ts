import { isUtf8 } from 'node:buffer'
import type { JwtKey, JwtType } from './jwt-key.ts'
import { isSignatureValid, signInput } from './jwt-signature.ts'

/** The longest token that is looked at or made, in characters. */
export const maxJwtLength = 8192

/** The longest `kid` that is looked up, in characters. */
const maxKidLength = 255

/** How deep arrays and objects may lie in one another in a claims set, itself not counted. */
export const maxClaimsDepth = 16

/** A claims set as JSON has it. A claim may be named `__proto__` as an own member: copy by spreading, not by assigning. */
export type JwtClaims = Readonly<Record<string, unknown>>

/** The header parameters that count. */
export type JwtHeader = { readonly alg: string; readonly typ: string | undefined; readonly kid: string | undefined }

/** Why a token is refused; for the log, not for the client. In the order in which they are looked for. */
const jwtRefusals = [
  'not_text',
  'too_long',
  'not_three_parts',
  'bad_encoding',
  'bad_header',
  'unsupported_header',
  'unknown_key',
  'wrong_algorithm',
  'bad_signature',
  'bad_payload',
] as const

export type JwtRefusal = (typeof jwtRefusals)[number]

/** What a presented token turned out to be. `typ` and the claims are genuine, but the caller has still to judge them. */
export type JwtVerification =
  | { readonly kind: 'verified'; readonly header: JwtHeader; readonly claims: JwtClaims; readonly key: JwtKey }
  | { readonly kind: 'refused'; readonly reason: JwtRefusal }

/**
 * Header parameters that change how a token is read, so that one that carries them cannot be read as if it did not.
 * `crit` is refused whatever it lists: we understand no extension (RFC 7515 §4.1.11).
 */
const decisiveParameters = ['crit', 'b64', 'enc'] as const

/**
 * Header parameters nobody who knows our keys has a use for: a key of the sender's choice (RFC 8725 §3.10), and `zip`,
 * which means nothing in a JWS. They are never followed; who sends one is up to no good.
 */
const hintParameters = ['zip', 'jwk', 'jku', 'x5u', 'x5c'] as const

/**
 * Signs a claims set as a compact JWS (RFC 7515 §7.1, RFC 7519 §7.1). The header's members are `alg`, `typ` and, if the
 * key has one, `kid`, in this order. With HS256 the same claims give the same text.
 *
 * @throws Error if the key can only verify.
 * @throws RangeError if the token would be longer than `maxJwtLength`, which nobody could verify.
 */
export function signJwt(key: JwtKey, { typ }: { typ: JwtType }, claims: JwtClaims): string {
  const signingInput = key.encodedHeaders[typ] + Buffer.from(JSON.stringify(claims)).toString('base64url')
  const token = `${signingInput}.${signInput(key, signingInput)}`
  if (token.length > maxJwtLength) throw new RangeError(`a token of ${token.length} characters is too long to be used`)
  return token
}

/**
 * Verifies form and signature of a compact JWS whose payload is a claims set. Says nothing about its claims: times,
 * issuer, audience and use are for `claims.ts`. Never throws, whatever is presented, and does no work worth mentioning
 * for what is no token.
 *
 * Of a member that occurs twice the last counts (RFC 7519 §4), as in PyJWT and jose, so that no two verifiers of one
 * deployment read different claims.
 *
 * @param options.ignoresHints reads tokens that carry parameters which are never followed, or an odd `typ`, as PyJWT does;
 *   default false: they are refused
 * @param findKey looks the `kid` up among the server's own keys: in a Map, never in an object, a path or a query.
 */
export function verifyJwt(
  token: unknown,
  findKey: (kid: string | undefined) => JwtKey | undefined,
  { ignoresHints = false }: { ignoresHints?: boolean } = {},
): JwtVerification {
  if (typeof token !== 'string') return refused('not_text')
  if (token.length > maxJwtLength) return refused('too_long')

  const headerEnd = token.indexOf('.')
  const payloadEnd = token.indexOf('.', headerEnd + 1)
  if (payloadEnd === -1 || token.indexOf('.', payloadEnd + 1) !== -1) return refused('not_three_parts')

  const headerBytes = decodeBase64url(token.slice(0, headerEnd))
  const payloadBytes = decodeBase64url(token.slice(headerEnd + 1, payloadEnd))
  const signature = decodeBase64url(token.slice(payloadEnd + 1))
  if (headerBytes === undefined || payloadBytes === undefined || signature === undefined) return refused('bad_encoding')

  const parameters = parseObject(headerBytes)
  if (parameters === undefined) return refused('bad_header')
  if (decisiveParameters.some((name) => Object.hasOwn(parameters, name))) return refused('unsupported_header')
  if (!ignoresHints && hintParameters.some((name) => Object.hasOwn(parameters, name)))
    return refused('unsupported_header')
  const header = readHeader(parameters, ignoresHints)
  if (header === undefined) return refused('bad_header')

  const key = findKey(header.kid)
  if (key === undefined) return refused('unknown_key')
  if (header.alg !== key.algorithm) return refused('wrong_algorithm')
  const signingInput = Buffer.from(token.slice(0, payloadEnd), 'latin1')
  if (!isSignatureValid(key, signingInput, signature)) return refused('bad_signature')

  const claims = parseObject(payloadBytes)
  if (claims === undefined || !isShallow(claims, maxClaimsDepth)) return refused('bad_payload')
  return { kind: 'verified', header, claims, key }
}

function refused(reason: JwtRefusal): JwtVerification {
  return { kind: 'refused', reason }
}

/**
 * The bytes of a part, if it is spelled the only way RFC 7515 §2 allows: no padding, no other alphabet, no white space,
 * unused bits zero. Otherwise one signature could come as several texts.
 */
function decodeBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}

/** The JSON object in these bytes; undefined if it is anything else or not UTF-8. */
function parseObject(bytes: Buffer): Record<string, unknown> | undefined {
  if (!isUtf8(bytes)) return undefined
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
  return isObject(value) && !Array.isArray(value) ? value : undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function readHeader({ alg, typ, kid }: Record<string, unknown>, ignoresHints: boolean): JwtHeader | undefined {
  if (typeof alg !== 'string') return undefined
  if (typ !== undefined && typeof typ !== 'string') return ignoresHints ? readHeader({ alg, kid }, true) : undefined
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > maxKidLength)) return undefined
  return { alg, typ, kid }
}

/** Whether nothing lies deeper than `depth`, so that whoever walks or writes the claims needs no care for the stack. */
function isShallow(value: Record<string, unknown>, depth: number): boolean {
  for (const name in value) {
    const member = value[name]
    if (isObject(member) && (depth === 0 || !isShallow(member, depth - 1))) return false
  }
  return true
}
