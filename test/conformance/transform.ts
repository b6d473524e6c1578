import { type Json, JsonNumber, type JsonObject } from './json.ts'
import type { LetStep } from './scenario.ts'
import { type DecodedToken, decodeToken, encodeSegment, signToken } from './tokens.ts'
import { fill, fillText, plainText, Unplayable, type Variables } from './variables.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** What a transformation may need besides the text that it changes. */
type TransformContext = {
  variables: Variables
  /** The server's HS256 key, to forge tokens with. */
  secretKey: string
  /** Epoch milliseconds, for claims that say `@now`. */
  now: number
}

/**
 * Plays a `let` step: derives a new token or text from an earlier one.
 *
 * @throws Unplayable when there is no such operation, or the source is not what it changes.
 */
export function transform(step: LetStep, context: TransformContext): Json {
  const source = fill(context.variables, step.of)
  if (step.op === 'text') return source
  if (step.op === 'b64url') return Buffer.from(plainText(source)).toString('base64url')
  if (typeof source !== 'string') throw new Unplayable('no text to change')
  const count = step.count?.value ?? 0
  if (step.op === 'append') return source + (step.text ?? '')
  if (step.op === 'prepend') return (step.text ?? '') + source
  if (step.op === 'drop_last') return source.slice(0, -count)

  const token = decodeToken(source)
  if (token === undefined) throw new Unplayable('no token to change')
  const [header = '', claims = '', signature = ''] = source.split('.')
  switch (step.op) {
    case 'claim':
      return token.claims[step.claim ?? ''] ?? null
    case 'parts':
      return source.split('.').slice(0, count).join('.')
    case 'drop_signature':
      return `${header}.${claims}.`
    case 'tamper_signature':
      return `${header}.${claims}.${withOtherMiddle(signature)}`
    case 'flip_unused_bits':
      return source.slice(0, -1) + (alphabet[alphabet.indexOf(source.slice(-1)) ^ 1] ?? '')
    case 'splice': {
      const other = fillText(context.variables, step.signature_of ?? '')
      return `${header}.${claims}.${other.split('.')[2] ?? ''}`
    }
    case 'tamper_payload':
      return `${header}.${encodeSegment(changedClaims(token, step, context))}.${signature}`
    case 'resign': {
      const changed = { header: { ...token.header, ...step.header }, claims: changedClaims(token, step, context) }
      return signToken(changed, step.key === undefined || step.key === '@secret' ? context.secretKey : step.key)
    }
    default:
      throw new Unplayable(`unknown operation ${step.op}`)
  }
}

/** Another letter in the middle, where every bit of it counts: the last letter of a signature has unused bits. */
function withOtherMiddle(signature: string): string {
  const middle = Math.floor(signature.length / 2)
  return signature.slice(0, middle) + (signature[middle] === 'A' ? 'B' : 'A') + signature.slice(middle + 1)
}

function changedClaims(token: DecodedToken, step: LetStep, { variables, now }: TransformContext): JsonObject {
  const kept = Object.entries(token.claims).filter(([name]) => !step.drop?.includes(name))
  const set = Object.entries(step.set ?? {}).map(([name, value]) => [name, timed(fill(variables, value), now)])
  return { ...Object.fromEntries(kept), ...Object.fromEntries(set) }
}

/** Claim values: `@now-60` is a minute ago as NumericDate (RFC 7519 §2). */
function timed(value: Json, now: number): Json {
  const match = typeof value === 'string' ? /^@now([+-]\d+(?:\.\d+)?)?$/.exec(value) : null
  return match ? new JsonNumber(Math.floor(now / 1000) + Number(match[1] ?? 0)) : value
}
