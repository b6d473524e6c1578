import type { WireAnswer } from '../support/http-client.ts'
import { differences } from './compare.ts'
import { isObject, type Json, JsonNumber, type JsonObject, parseJson } from './json.ts'
import { type Hidden, normalise, normaliseText } from './normalise.ts'
import type { RequestStep } from './scenario.ts'
import { decodeUtf8 } from './tokens.ts'
import { fill, type Variables } from './variables.ts'

/** The body of a response as JSON; `undefined` if it is empty, not declared as JSON, or not JSON. */
export function parseBody(answer: WireAnswer): Json | undefined {
  if (answer.body.length === 0 || contentType(answer) !== 'application/json') return undefined
  try {
    return parseJson(decodeUtf8(answer.body))
  } catch {
    return undefined
  }
}

/** The parts of a response that are compared: its status, the headers that matter and its body, all in normal form. */
export function normalAnswer(step: RequestStep, answer: WireAnswer, variables: Variables, now: number): JsonObject {
  const { status } = answer
  const hidden: Hidden = { madeUp: variables.madeUp, now }
  const normal: JsonObject = { status: new JsonNumber(status) }
  const authenticate = header(answer, 'www-authenticate')
  if (answer.body.length > 0) normal.type = contentType(answer)
  if (authenticate !== undefined) normal.www_authenticate = authenticate
  if (status === 405 || step.do === 'OPTIONS') normal.allow = sortedList(header(answer, 'allow'))
  if (status >= 300 && status < 400) normal.location = normalLocation(header(answer, 'location') ?? '', hidden)
  if (status === 429) normal.retry_after = /^\d+$/.test(header(answer, 'retry-after') ?? '') ? 'seconds' : null
  normal.body = normalBody(step, answer, variables, hidden)
  return normal
}

function normalBody(step: RequestStep, answer: WireAnswer, variables: Variables, hidden: Hidden): Json {
  if (answer.body.length === 0) return null
  const type = contentType(answer)
  if (type !== 'application/json') return `$${type || 'untyped'}`
  const body = parseBody(answer)
  if (body === undefined) return '$not-json'
  return normalise(onlyWanted(step, body, variables), hidden)
}

function onlyWanted(step: RequestStep, body: Json, variables: Variables): Json {
  if (step.only === undefined || !Array.isArray(body)) return body
  const { key } = step.only
  const wanted = fill(variables, step.only.in)
  const isWanted = (item: Json) =>
    isObject(item) && Array.isArray(wanted) && wanted.some((one) => differences(one, item[key] ?? null).length === 0)
  return body.filter(isWanted)
}

function contentType(answer: WireAnswer): string {
  return (header(answer, 'content-type') ?? '').replace(/;.*/s, '').trim().toLowerCase()
}

function header(answer: WireAnswer, name: string): string | undefined {
  return answer.headers[name]?.[0]
}

function sortedList(value: string | undefined): Json {
  return value
    ? value
        .split(',')
        .map((part) => part.trim())
        .sort()
    : (value ?? null)
}

/** Path and query only: a server may name itself in a redirect, or not (RFC 9110 §10.2.2). */
function normalLocation(location: string, hidden: Hidden): string {
  const pathAndQuery = /^(?:[^:/?#]+:)?(?:\/\/[^/?#]*)?([^#]*)/.exec(location)?.[1] ?? ''
  return normaliseText(pathAndQuery, hidden).replace(/\/\d+(?=\/|$)/g, '/$$int')
}
