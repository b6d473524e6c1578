import { type Random, systemRandom } from '../../src/platform/random.ts'
import { isObject, type Json, JsonNumber, type JsonObject } from './json.ts'
import type { Scenario } from './scenario.ts'

/** A step that cannot be played, because something it needs is missing; reported as a difference. */
export class Unplayable extends Error {}

/** What a scenario knows while it is played. */
export type Variables = {
  values: Map<string, Json>
  /** The made-up values and their variables' names, the longest value first, to be hidden in answers. */
  madeUp: [value: string, name: string][]
}

/** Makes up the names of one replay. They are fresh every time, since many replays share one database. */
export function createVariables(scenario: Pick<Scenario, 'vars'>, random: Random = systemRandom): Variables {
  const madeUp = Object.entries(scenario.vars).map(([name, kind]): [string, string] => [
    kind === 'digits' ? twelveDigits(random) : `${name.slice(0, 6)}_${tenCharacters(random)}`,
    name,
  ])
  return {
    values: new Map(madeUp.map(([value, name]) => [name, value])),
    madeUp: madeUp.toSorted(([a], [b]) => b.length - a.length),
  }
}

/** Letters and digits in turn: a username of mostly digits would sometimes be too similar to a password of digits. */
function tenCharacters(random: Random): string {
  const characters = Array.from(random.bytes(10), (byte, index) =>
    index % 2 === 0 ? (10 + (byte % 26)).toString(36) : String(byte % 10),
  )
  return characters.join('')
}

function twelveDigits(random: Random): string {
  return String((random.bytes(6).readUIntBE(0, 6) % 9e11) + 1e11)
}

/**
 * Replaces `${name}` in every text inside `value`. A text that is nothing but `${name}` becomes the value itself,
 * whatever its type.
 *
 * @throws Unplayable when a variable has no value.
 */
export function fill(variables: Variables, value: Json): Json {
  if (Array.isArray(value)) return value.map((item) => fill(variables, item))
  if (isObject(value)) {
    const members = Object.entries(value).map(([name, item]) => [fillText(variables, name), fill(variables, item)])
    return Object.fromEntries(members) as JsonObject
  }
  if (typeof value !== 'string') return value
  const whole = /^\$\{(\w+)\}$/.exec(value)?.[1]
  if (whole !== undefined) return lookUp(variables, whole)
  return value.replace(/\$\{(\w+)\}/g, (_match, name: string) => plainText(lookUp(variables, name)))
}

/** As `fill`, for a place that only takes text. */
export function fillText(variables: Variables, value: string): string {
  return plainText(fill(variables, value))
}

function lookUp(variables: Variables, name: string): Json {
  const value = variables.values.get(name)
  if (value === undefined) throw new Unplayable(`no value for ${name}`)
  return value
}

/**
 * A value as text in a header, a form or a path; the constants are spelled as Python spells them, since the recording
 * sent them so.
 *
 * @throws Unplayable for lists and objects.
 */
export function plainText(value: Json): string {
  if (typeof value === 'string') return value
  if (value instanceof JsonNumber) return value.text
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  throw new Unplayable('a list or an object where text belongs')
}
