import { isObject, type Json, JsonNumber, type JsonObject, toJson } from './json.ts'
import type { RequestStep, Tolerance } from './scenario.ts'

/** The outcome of one request: the answer and, if it was a redirect to the path with a slash, the answer there. */
export type Outcome = { answer: JsonObject; followed?: JsonObject }

/** Where an outcome differs from the recorded one, after the step's own tolerances; empty if it does not. */
export function compareOutcomes(step: RequestStep, expected: Outcome, got: Outcome): string[] {
  const tolerant = step.tolerant ?? {}
  if (tolerant.race) return lostRaces(tolerant.race, got.answer)
  const [wanted, status] = [statusOf(expected.answer), statusOf(got.answer)]
  if (tolerant.status_in) {
    const fault = statusAmong(tolerant.status_in, wanted).map((line) => `recorded ${line}`)
    return fault.length > 0 ? fault : statusAmong(tolerant.status_in, status)
  }
  if (tolerant.oracle_error && wanted >= 500) {
    const type = got.answer.type ?? null
    const faults = statusAmong(tolerant.oracle_error, status)
    const isBare = step.do === 'HEAD' || status === 204 || status === 205
    if (faults.length > 0 || type === 'application/json' || (isBare && type === null)) return faults
    return [`type: expected application/json, got ${show(type)}`]
  }
  if (tolerant.status_only) return status === wanted ? [] : [`status: expected ${wanted}, got ${status}`]
  if (tolerant.redirect) return compareRedirects(expected, got, tolerant.any)
  return differences(blank(expected.answer, tolerant.any), blank(got.answer, tolerant.any))
}

/** A redirect and the answer behind it are equally good, on either side. */
function compareRedirects(expected: Outcome, got: Outcome, any: string[] | undefined): string[] {
  const choices = answersOf(expected)
  const isSame = answersOf(got).some((one) => choices.some((other) => differences(other, one).length === 0))
  if (isSame) return []
  return differences(blank(expected.followed ?? expected.answer, any), blank(got.followed ?? got.answer, any))
}

function answersOf({ answer, followed }: Outcome): JsonObject[] {
  return followed ? [answer, followed] : [answer]
}

function statusOf(answer: JsonObject): number {
  return answer.status instanceof JsonNumber ? answer.status.value : Number.NaN
}

function statusAmong(wanted: JsonNumber[], status: number): string[] {
  if (wanted.some((one) => one.value === status)) return []
  return [`status: expected one of ${show(wanted)}, got ${status}`]
}

/** Exactly one of many equal parallel requests may win. The recording does not count: its server did not promise that. */
function lostRaces(rule: NonNullable<Tolerance['race']>, answer: JsonObject): string[] {
  const statuses = isObject(answer.statuses) ? answer.statuses : {}
  const wins = statuses[rule.wins.text]
  if (!(wins instanceof JsonNumber && wins.value === 1)) {
    return [`statuses: expected ${rule.wins.text} once: ${show(statuses)}`]
  }
  const allowed = new Set([rule.wins.text, ...rule.others.map((status) => status.text)])
  if (Object.keys(statuses).every((status) => allowed.has(status))) return []
  return [`statuses: expected only ${show(rule.others)} for the others: ${show(statuses)}`]
}

/** Where two documents differ, one line each; `1` and `1.0` differ. */
export function differences(expected: Json, got: Json, place = ''): string[] {
  if (isObject(expected) && isObject(got)) return memberDifferences(expected, got, place)
  if (Array.isArray(expected) && Array.isArray(got) && expected.length === got.length) {
    return expected.flatMap((item, index) => differences(item, got[index] ?? null, `${place}[${index}]`))
  }
  return isSameScalar(expected, got) ? [] : [`${place}: expected ${show(expected)}, got ${show(got)}`]
}

function memberDifferences(expected: JsonObject, got: JsonObject, place: string): string[] {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(got)])].sort()
  return names.flatMap((name) => {
    const where = place ? `${place}.${name}` : name
    const [left = null, right = null] = [expected[name], got[name]]
    if (!Object.hasOwn(expected, name)) return [`${where} unexpected: ${show(right)}`]
    if (!Object.hasOwn(got, name)) return [`${where} missing, expected ${show(left)}`]
    return differences(left, right, where)
  })
}

function isSameScalar(a: Json, b: Json): boolean {
  if (!(a instanceof JsonNumber && b instanceof JsonNumber)) return a === b
  if (a.kind !== b.kind) return false
  return a.kind === 'int' ? BigInt(a.text) === BigInt(b.text) : a.value === b.value
}

/** An answer in which the given places of the body equal anything. */
function blank(answer: JsonObject, places: string[] = []): JsonObject {
  if (answer.body === undefined) return answer
  return { ...answer, body: places.reduce((body, place) => blankAt(body, place.split('.')), answer.body) }
}

function blankAt(value: Json, [part = '', ...rest]: string[]): Json {
  if (isObject(value)) {
    if (rest.length === 0) return { ...value, [part]: '$any' }
    return Object.hasOwn(value, part) ? { ...value, [part]: blankAt(value[part] ?? null, rest) } : value
  }
  if (!Array.isArray(value) || rest.length === 0) return value
  return value.map((item, index) => (String(index) === part ? blankAt(item, rest) : item))
}

function show(value: Json): string {
  const text = toJson(value, { sorted: true, unicode: true })
  return text.length <= 160 ? text : `${text.slice(0, 157)}...`
}
