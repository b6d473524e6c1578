import { isObject, type Json, JsonNumber, type JsonObject, typeName } from './json.ts'
import { type DecodedToken, decodeToken } from './tokens.ts'

/** What differs from replay to replay, and so must be hidden. */
export type Hidden = {
  /** Made-up values and the names of their variables, the longest value first. */
  madeUp: [value: string, name: string][]
  /** Epoch milliseconds, to compute the remaining life of a token. */
  now: number
}

/** A service may add these to its tokens (section 5 of the classic contract); they are not compared. */
const extraHeader = new Set(['kid'])
const extraClaims = new Set(['sid', 'iss'])

/**
 * A body in the form that two servers, or two replays, have in common: tokens become the names and types of their
 * claims, ids and times become placeholders, made-up names become the names of their variables.
 */
export function normalise(value: Json, hidden: Hidden, key?: string): Json {
  if (Array.isArray(value)) return value.map((item) => normalise(item, hidden, key))
  if (isObject(value)) return mapMembers(value, (item, name) => normalise(item, hidden, name))
  if (value instanceof JsonNumber) return key === 'id' || key === 'user_id' ? `$${value.kind}` : value
  if (typeof value !== 'string') return value
  if (key === 'auth_token' && /^[0-9a-f]{40}$/.test(value)) return '$hex40'
  const token = decodeToken(value)
  return token ? { $jwt: shapeOfToken(token, hidden.now) } : normaliseText(value, hidden)
}

/** Like `normalise`, for a text that is not a token. */
export function normaliseText(text: string, { madeUp }: Hidden): string {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?$/.exec(text)
  if (time) return `$timestamp${time[1] ?? ' without zone'}`
  let shown = text
  for (const [value, name] of madeUp) shown = shown.replaceAll(value, () => `{${name}}`)
  return shown
    .replace(/^(JSON|Multipart form) parse error - .*/s, '$1 parse error - $$any')
    .replace(/Expected available in \d+ seconds?\./g, 'Expected available in $$n seconds.')
}

function shapeOfToken({ header, claims }: DecodedToken, now: number): JsonObject {
  const compared = Object.keys(claims).filter((name) => !extraClaims.has(name))
  return {
    header: Object.fromEntries(Object.entries(header).filter(([name]) => !extraHeader.has(name))),
    token_type: claims.token_type ?? null,
    claims: Object.fromEntries(compared.map((name) => [name, typeName(claims[name] ?? null)])),
    expires_in: remainingLife(claims.exp, now),
  }
}

function remainingLife(exp: Json | undefined, now: number): string {
  if (!(exp instanceof JsonNumber)) return 'none'
  const seconds = exp.value - now / 1000
  return seconds > 90 ? `${Math.round(seconds / 60)} min` : 'short'
}

function mapMembers(object: JsonObject, change: (value: Json, name: string) => Json): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value, name)]))
}
