import { VerifyError } from './verify-error.ts'

/** The longest token that is read, in characters. Latchkey issues none that is longer. */
const MAX_TOKEN_LENGTH = 8192

/** Each part must have a character, so a token without a signature is refused here. */
const COMPACT_FORM = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** The header parameters that count. */
export type TokenHeader = { alg: string; typ: string; kid: string | undefined }

/**
 * Checks that a token has the only form that Latchkey writes: three parts of canonical base64url (RFC 7515 §2, §7.1).
 * It runs before any cryptography, so junk and encrypted tokens cost nothing.
 *
 * @throws VerifyError `token_not_valid`
 */
export function checkCompactForm(token: string): void {
  if (token.length > MAX_TOKEN_LENGTH) throw refusal(`it has more than ${MAX_TOKEN_LENGTH} characters`)
  if (!COMPACT_FORM.test(token)) throw refusal('it is not of the form HEADER.PAYLOAD.SIGNATURE in base64url')
  if (!token.split('.').every(isCanonical)) throw refusal('one of its parts is not canonical base64url')
}

/**
 * Checks the header. It must name an algorithm and a type from the lists. It must not ask for an extension: `crit` is
 * refused whatever it lists (RFC 7515 §4.1.11), and so is `b64` (RFC 7797). Keys in a header (`jwk`, `jku`, `x5c`,
 * `x5u`) are refused as well; nothing is ever fetched for them (RFC 8725 §3.10).
 *
 * @param expected.types in lower case
 * @throws VerifyError `token_not_valid`, or `token_of_wrong_type` for another `typ` (RFC 8725 §3.11)
 */
export function checkHeader(
  header: Readonly<Record<string, unknown>>,
  expected: { algorithms: readonly string[]; types: readonly string[] },
): TokenHeader {
  const { alg, typ, kid } = header
  if (typeof alg !== 'string' || !expected.algorithms.includes(alg)) throw refusal('its algorithm is not allowed here')
  const unwanted = REFUSED_PARAMETERS.find((name) => Object.hasOwn(header, name))
  if (unwanted !== undefined) throw refusal(`its header has the parameter ${unwanted}`)
  if (kid !== undefined && typeof kid !== 'string') throw refusal('its kid is not a string')
  if (typeof typ !== 'string' || !expected.types.includes(typ.toLowerCase())) {
    throw new VerifyError('token_of_wrong_type', { detail: `its typ is not ${expected.types.join(' or ')}` })
  }
  return { alg, typ, kid }
}

const REFUSED_PARAMETERS = ['crit', 'b64', 'enc', 'zip', 'jwk', 'jku', 'x5u', 'x5c'] as const

/**
 * Whether the unused bits of the last character are zero. Otherwise one signature could be written in several ways,
 * which JavaScript's base64 decoders do not notice.
 */
function isCanonical(part: string): boolean {
  const last = ALPHABET.indexOf(part.at(-1) ?? '')
  switch (part.length % 4) {
    case 0:
      return true
    case 2:
      return last % 16 === 0
    case 3:
      return last % 4 === 0
    default:
      return false
  }
}

function refusal(detail: string): VerifyError {
  return new VerifyError('token_not_valid', { detail })
}
