/**
 * A number of a JSON document, in its original spelling. `1` and `1.0` are one number to JavaScript, but an integer and a
 * float to the clients of the classic contract.
 */
export class JsonNumber {
  readonly text: string

  constructor(text: string | number) {
    this.text = String(text)
  }

  get value(): number {
    return Number(this.text)
  }

  get kind(): 'int' | 'float' {
    return /[.eE]/.test(this.text) ? 'float' : 'int'
  }
}

export type JsonObject = { [name: string]: Json }

/** A JSON document whose numbers are still text. */
export type Json = null | boolean | string | JsonNumber | Json[] | JsonObject

/** `JSON.parse` with its third argument to the reviver, which TypeScript's library does not know yet. */
const parseWithSource = JSON.parse as (
  text: string,
  reviver: (name: string, value: unknown, context: { source?: string }) => unknown,
) => unknown

/**
 * Parses a JSON document and keeps the spelling of its numbers.
 *
 * @throws SyntaxError when `text` is not JSON.
 */
export function parseJson(text: string): Json {
  return parseWithSource(text, (_name, value, { source }) =>
    typeof value === 'number' ? new JsonNumber(source ?? value) : value,
  ) as Json
}

/** Whether a value is a JSON object: no array, no number, not `null`. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber)
}

/** How `toJson` writes a document. */
type JsonStyle = {
  /** Members in the order of their names. Default: their own order. */
  sorted?: boolean
  /** No space after `,` and `:`. Default: one, as Python's `json.dumps` writes. */
  compact?: boolean
  /** Characters outside ASCII as themselves. Default: as `\uXXXX`, so that a server has to decode them. */
  unicode?: boolean
}

/** Writes a JSON document as Python's `json.dumps` does: the recorded digests and the requests are made of that text. */
export function toJson(value: Json, style: JsonStyle = {}): string {
  const [comma, colon] = style.compact ? [',', ':'] : [', ', ': ']
  if (value instanceof JsonNumber) return value.text
  if (Array.isArray(value)) return `[${value.map((item) => toJson(item, style)).join(comma)}]`
  if (isObject(value)) {
    const names = style.sorted ? Object.keys(value).sort() : Object.keys(value)
    const members = names.map((name) => toJson(name, style) + colon + toJson(value[name] ?? null, style))
    return `{${members.join(comma)}}`
  }
  const text = JSON.stringify(value)
  return style.unicode ? text : text.replace(/[\u007f-\uffff]/g, escapeUnit)
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** The name of a value's type, in the words of the recorded answers. */
export function typeName(value: Json): 'null' | 'bool' | 'int' | 'float' | 'str' | 'list' | 'dict' {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'string') return 'str'
  if (value instanceof JsonNumber) return value.kind
  return Array.isArray(value) ? 'list' : 'dict'
}

/** The value at a dotted path (`a.0.b`) of a document; `undefined` if there is none. */
export function dig(value: Json | undefined, place: string): Json | undefined {
  let found = value
  for (const part of place.split('.')) {
    if (Array.isArray(found) && /^\d+$/.test(part)) found = found[Number(part)]
    else if (isObject(found) && Object.hasOwn(found, part)) found = found[part]
    else return undefined
  }
  return found
}
