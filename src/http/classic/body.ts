import { type Decode, decoderOf, decodeUtf8 } from '../body/charset.ts'
import { parseForm } from '../body/form-fields.ts'
import { ClassicAnswer } from './answer.ts'
import { parseMultipart } from './multipart.ts'
import { pythonTypeName } from './python-text.ts'

/**
 * The body of a request as named values: texts of forms and JSON values alike. Only own members, whatever their names.
 */
export type ClassicBody = {
  /** The value sent under this name; undefined if the name was not sent. A JSON number comes as a `JsonNumber`. */
  get(name: string): unknown
  /** The same as plain JSON, with ordinary numbers. */
  json(name: string): unknown
}

/** A JSON number with its original text, which is what a text field takes. */
export class JsonNumber {
  readonly source: string
  constructor(source: string) {
    this.source = source
  }
}

/** The deepest nesting of JSON: about what Python's parser accepts. */
const MAX_DEPTH = 990
/** Python does not read integers with more digits. */
const MAX_INTEGER_DIGITS = 4_300

const EMPTY: ClassicBody = { get: () => undefined, json: () => undefined }

/**
 * Reads a body by its media type (section 1.2): strict JSON, forms, multipart forms, each in its declared charset. An empty
 * body is an empty object, whatever the type.
 *
 * @throws ClassicAnswer 415 or 400 in the contract's words
 */
export function readBody(
  contentType: string | undefined,
  bytes: Buffer | undefined,
): ClassicBody | Promise<ClassicBody> {
  if (bytes === undefined || bytes.length === 0) return EMPTY
  // What nearly all clients send, without looking for parameters.
  if (contentType === 'application/json') return readJson(bytes, decodeUtf8)
  switch (mediaType(contentType)) {
    case 'application/json':
      return readJson(bytes, decoderOf(contentType))
    case 'application/x-www-form-urlencoded':
      return formBody(readForm(bytes, decoderOf(contentType)))
    case 'multipart/form-data':
      return parseMultipart(contentType ?? '', bytes, decoderOf(contentType)).then(formBody)
    default:
      throw new ClassicAnswer(415, { detail: `Unsupported media type "${contentType ?? ''}" in request.` })
  }
}

function mediaType(contentType: string | undefined): string {
  return (contentType?.split(';')[0] ?? '').trim().toLowerCase()
}

function readForm(bytes: Buffer, decode: Decode): [string, string][] {
  try {
    return parseForm(bytes, decode)
  } catch {
    throw new ClassicAnswer(400, { detail: 'Form parse error - the body is not text in its charset' })
  }
}

function formBody(entries: Iterable<[string, unknown]>): ClassicBody {
  const values = new Map(entries)
  return { get: (name) => values.get(name), json: (name) => values.get(name) }
}

function readJson(bytes: Buffer, decode: Decode): ClassicBody {
  const text = decodeJson(bytes, decode)
  if (text.startsWith('\ufeff')) throw jsonError('unexpected byte order mark')
  if (text.length > MAX_DEPTH && isDeeperThan(text, MAX_DEPTH)) throw jsonError('nested too deeply')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw jsonError('the body is not valid JSON')
  }
  if (text.length > MAX_INTEGER_DIGITS && hasHugeInteger(text)) throw jsonError('an integer has too many digits')
  if (value === null) throw new ClassicAnswer(400, { non_field_errors: ['No data provided'] })
  if (typeof value !== 'object' || Array.isArray(value)) {
    const type = pythonTypeName(value, text)
    throw new ClassicAnswer(400, {
      non_field_errors: [`Invalid data. Expected a dictionary, but got ${type}.`],
    })
  }
  return jsonBody(value, text)
}

function decodeJson(bytes: Buffer, decode: Decode): string {
  try {
    return decode(bytes)
  } catch {
    throw jsonError('the body is not text in its charset')
  }
}

/**
 * Numbers are rare where texts are expected, so only a body that contains one is parsed again to keep the text of its
 * numbers.
 */
function jsonBody(members: object, text: string): ClassicBody {
  const read = (object: object, name: string): unknown => Object.getOwnPropertyDescriptor(object, name)?.value
  let withSources: object | undefined
  return {
    json: (name) => read(members, name),
    get(name) {
      const value = read(members, name)
      if (typeof value !== 'number') return value
      withSources ??= JSON.parse(text, keepNumberSource) as object
      return read(withSources, name)
    },
  }
}

function keepNumberSource(_name: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' && context?.source !== undefined ? new JsonNumber(context.source) : value
}

function isDeeperThan(text: string, limit: number): boolean {
  let depth = 0
  let isInString = false
  for (let index = 0; index < text.length; index++) {
    const character = text[index]
    if (isInString) {
      if (character === '\\') index++
      else if (character === '"') isInString = false
    } else if (character === '"') isInString = true
    else if (character === '{' || character === '[') {
      depth++
      if (depth > limit) return true
    } else if (character === '}' || character === ']') depth--
  }
  return false
}

function hasHugeInteger(text: string): boolean {
  const withoutStrings = text.replace(/"(?:[^"\\]|\\.)*"/gs, '""')
  const numbers = withoutStrings.matchAll(/([0-9]+)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/g)
  return numbers.some(([number, whole = '']) => number === whole && whole.length > MAX_INTEGER_DIGITS)
}

function jsonError(reason: string): ClassicAnswer {
  return new ClassicAnswer(400, { detail: `JSON parse error - ${reason}` })
}
