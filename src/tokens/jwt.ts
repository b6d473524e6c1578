import { isUtf8 } from 'node:buffer'
import type { JwtKey, JwtType, VerificationKey } from './jwt-key.ts'
import { isSignatureValid, signInput } from './jwt-signature.ts'

/** The longest token that is read or issued, in characters. */
export const maxJwtLength = 8192

/** The longest `kid` that is looked up, in characters. */
const maxKidLength = 255

/** The deepest nesting of arrays and objects in a claims set, not counting the set itself. */
export const maxClaimsDepth = 16

/** A claims set as JSON. A claim may be an own member named `__proto__`, so copy it by spreading, not by assigning. */
export type JwtClaims = Readonly<Record<string, unknown>>

/** The header parameters that matter. */
export type JwtHeader = { readonly alg: string; readonly typ: string | undefined; readonly kid: string | undefined }

/** Why a token is refused, in the order of the checks. For the log, not for the client. */
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

/** The result for a presented token. `typ` and the claims are authentic, but the caller must still judge them. */
export type JwtVerification<Key extends VerificationKey = JwtKey> =
  | { readonly kind: 'verified'; readonly header: JwtHeader; readonly claims: JwtClaims; readonly key: Key }
  | { readonly kind: 'refused'; readonly reason: JwtRefusal }

/**
 * Header parameters that change how a token is read, so a token with them must not be read as if they were absent.
 * `crit` is refused whatever it lists: Latchkey supports no extension (RFC 7515 §4.1.11).
 */
const decisiveParameters = ['crit', 'b64', 'enc'] as const

/**
 * Header parameters without any legitimate use here: keys chosen by the sender (RFC 8725 §3.10), and `zip`, which has
 * no meaning in a JWS. Latchkey never follows them. Whoever sends one is probably an attacker.
 */
const hintParameters = ['zip', 'jwk', 'jku', 'x5u', 'x5c'] as const

/**
 * Signs a claims set as a compact JWS (RFC 7515 §7.1, RFC 7519 §7.1). The header's members are `alg`, `typ` and, if the
 * key has one, `kid`, in this order. With HS256, the same claims give the same text.
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
 * Verifies the form and signature of a compact JWS whose payload is a claims set. It does not check the claims:
 * `claims.ts` checks times, issuer, audience and use. It never throws, whatever is presented, and does almost no work
 * for something that is not a token.
 *
 * If a member occurs twice, the last one counts (RFC 7519 §4), as in PyJWT and jose, so that all verifiers of a
 * deployment read the same claims.
 *
 * @param options.ignoresHints accepts tokens with parameters that are never followed, or an odd `typ`, as PyJWT does;
 * default false: refuses them
 * @param findKey looks up the `kid` among the server's own keys: in a Map, never in an object, a path or a query. The `alg` may
 * choose between keys of one secret; the key must be of that algorithm in any case.
 */
export function verifyJwt<Key extends VerificationKey = JwtKey>(
  token: unknown,
  findKey: (kid: string | undefined, alg: string) => Key | undefined,
  { ignoresHints = false }: { ignoresHints?: boolean } = {},
): JwtVerification<Key> {
  if (typeof token !== 'string') return refused('not_text')
  if (token.length > maxJwtLength) return refused('too_long')

  const headerEnd = token.indexOf('.')
  const payloadEnd = token.indexOf('.', headerEnd + 1)
  if (payloadEnd === -1 || token.indexOf('.', payloadEnd + 1) !== -1) return refused('not_three_parts')

  const headerText = token.slice(0, headerEnd)
  const headers = ignoresHints ? lenientHeaders : strictHeaders
  const header = headers.get(headerText) ?? readHeader(decodeBase64url(headerText), ignoresHints)
  const payloadBytes = decodeBase64url(token.slice(headerEnd + 1, payloadEnd))
  const signature = decodeBase64url(token.slice(payloadEnd + 1))
  if (payloadBytes === undefined || signature === undefined) return refused('bad_encoding')
  if (typeof header === 'string') return refused(header)

  const key = findKey(header.kid, header.alg)
  if (key === undefined) return refused('unknown_key')
  if (header.alg !== key.algorithm) return refused('wrong_algorithm')
  const signingInput = Buffer.from(token.slice(0, payloadEnd), 'latin1')
  if (!isSignatureValid(key, signingInput, signature)) return refused('bad_signature')

  // Only headers of genuine tokens are kept, so strangers cannot fill the map.
  if (headers.size < KNOWN_HEADERS) headers.set(headerText, header)

  const claims = parseObject(payloadBytes)
  if (claims === undefined || !isShallow(claims, maxClaimsDepth)) return refused('bad_payload')
  return { kind: 'verified', header, claims, key }
}

/**
 * The headers of genuine tokens, by their encoded text. A server has one for each of its keys, so hardly any header is
 * decoded twice.
 */
const strictHeaders = new Map<string, JwtHeader>()
const lenientHeaders = new Map<string, JwtHeader>()
const KNOWN_HEADERS = 100

function refused(reason: JwtRefusal): { readonly kind: 'refused'; readonly reason: JwtRefusal } {
  return { kind: 'refused', reason }
}

/**
 * The bytes of a part, if it has the only spelling that RFC 7515 §2 allows: no padding, no other alphabet, no white
 * space, unused bits zero. Otherwise one signature could have several spellings.
 */
function decodeBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}

/** The JSON object in these bytes; undefined if they contain anything else or are not UTF-8. */
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

function readHeader(bytes: Buffer | undefined, ignoresHints: boolean): JwtHeader | JwtRefusal {
  if (bytes === undefined) return 'bad_encoding'
  const parameters = parseObject(bytes)
  if (parameters === undefined) return 'bad_header'
  if (decisiveParameters.some((name) => Object.hasOwn(parameters, name))) return 'unsupported_header'
  if (!ignoresHints && hintParameters.some((name) => Object.hasOwn(parameters, name))) return 'unsupported_header'
  const { alg, typ, kid } = parameters
  if (typeof alg !== 'string') return 'bad_header'
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > maxKidLength)) return 'bad_header'
  if (typ === undefined || typeof typ === 'string') return { alg, typ, kid }
  return ignoresHints ? { alg, typ: undefined, kid } : 'bad_header'
}

/**
 * Whether nothing is nested deeper than `depth`, so that code which walks or writes the claims need not protect the
 * stack.
 */
function isShallow(value: Record<string, unknown>, depth: number): boolean {
  for (const name in value) {
    const member = value[name]
    if (isObject(member) && (depth === 0 || !isShallow(member, depth - 1))) return false
  }
  return true
}
