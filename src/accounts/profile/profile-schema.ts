import Format from 'typebox/format'
import { isJsonObject, type JsonObject } from '../../platform/json.ts'
import { schemaValidator } from '../../platform/schema-validator.ts'
import { quoted, SettingFault } from '../../platform/setting.ts'

/** The profile fields of a deployment: a JSON Schema of an object whose members are all declared. */
export type ProfileSchema = {
  type: 'object'
  properties: Readonly<Record<string, object>>
  required?: readonly string[]
  additionalProperties: false
}

/** Names that are valid in every language that will read them. */
const MEMBER = /^[A-Za-z][\w-]{0,63}$/

const typeNames = ['string', 'number', 'integer', 'boolean', 'null', 'array', 'object']

const isText = (value: unknown) => typeof value === 'string'
const isNumber = (value: unknown) => typeof value === 'number'
const isCount = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0
const isFlag = (value: unknown) => typeof value === 'boolean'
const isList = (value: unknown) => Array.isArray(value) && value.length > 0
const isTypeName = (value: unknown) => isText(value) && typeNames.includes(String(value))

/**
 * Keywords that contain no schemas, each with a check of its value. Latchkey refuses every keyword that is not here or
 * below, including misspelled ones.
 */
const keywords: Readonly<Record<string, (value: unknown) => boolean>> = {
  $schema: isText,
  $id: isText,
  $comment: isText,
  title: isText,
  description: isText,
  default: () => true,
  examples: Array.isArray,
  deprecated: isFlag,
  readOnly: isFlag,
  writeOnly: isFlag,
  type: (value) => isTypeName(value) || (Array.isArray(value) && value.length > 0 && value.every(isTypeName)),
  enum: isList,
  const: () => true,
  minLength: isCount,
  maxLength: isCount,
  pattern: (value) => isText(value) && isPattern(String(value)),
  format: (value) => isText(value) && Format.Has(String(value)),
  minimum: isNumber,
  maximum: isNumber,
  exclusiveMinimum: isNumber,
  exclusiveMaximum: isNumber,
  multipleOf: (value) => isNumber(value) && Number(value) > 0,
  minItems: isCount,
  maxItems: isCount,
  uniqueItems: isFlag,
  minProperties: isCount,
  maxProperties: isCount,
  required: (value) => Array.isArray(value) && value.every(isText),
}

const annotations = ['$schema', '$id', '$comment', 'title', 'description', 'examples']
const topKeywords = [...annotations, 'type', 'properties', 'required', 'additionalProperties']

/**
 * Reads the JSON Schema of the profile fields. It is an object whose `properties` are the fields. A field may use the
 * JSON Schema keywords that describe one value, but no references, conditions or name patterns. A validator would
 * ignore a keyword that is misspelled or has a wrong value, so Latchkey refuses it.
 *
 * @throws SettingFault
 */
export function readProfileSchema(text: string): ProfileSchema {
  const schema = parse(text)
  const stray = Object.keys(schema).find((keyword) => !topKeywords.includes(keyword))
  if (stray !== undefined)
    throw new SettingFault(`has ${quoted(stray)} at its top level. Put the fields under "properties".`)
  const { properties, required = [], additionalProperties = false } = schema
  if (schema.type !== 'object' || !isJsonObject(properties)) {
    throw new SettingFault('is not a schema of an object. Write {"type": "object", "properties": {…}}.')
  }
  if (additionalProperties !== false) {
    throw new SettingFault('allows fields that it does not declare. Remove "additionalProperties".')
  }
  const misnamed = Object.keys(properties).find((name) => !MEMBER.test(name))
  if (misnamed !== undefined) {
    throw new SettingFault(`has a field called ${quoted(misnamed)}. Use letters, digits, "_" and "-", a letter first.`)
  }
  if (!Array.isArray(required) || !required.every((name) => Object.hasOwn(properties, name))) {
    throw new SettingFault('requires a field that it does not declare. Correct "required".')
  }
  checkSchema(schema, '')
  const checked = { ...schema, type: 'object', properties, required, additionalProperties: false } as ProfileSchema
  try {
    schemaValidator(checked)()
  } catch {
    throw new SettingFault('cannot be used as a JSON Schema. Check it with a validator.')
  }
  return checked
}

function parse(text: string): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new SettingFault('is not JSON. Write a JSON Schema into the file.')
  }
  if (!isJsonObject(value)) throw new SettingFault('is not a JSON object. Write a JSON Schema into the file.')
  return value
}

function checkSchema(schema: unknown, path: string): void {
  const fault = (place: string, sentence: string) => new SettingFault(`${quoted(place)} ${sentence}`)
  if (typeof schema === 'boolean') return
  if (!isJsonObject(schema)) throw fault(path, 'is not a schema. Write an object such as {"type": "string"}.')
  for (const [keyword, value] of Object.entries(schema)) {
    const place = path === '' ? keyword : `${path}.${keyword}`
    const below = subschemas(keyword, value, place)
    if (below !== undefined) {
      for (const [inside, subschema] of below) checkSchema(subschema, inside)
      continue
    }
    const isGood = Object.hasOwn(keywords, keyword) ? keywords[keyword] : undefined
    if (isGood === undefined)
      throw fault(place, 'is not a keyword that Latchkey supports. Check its spelling, or remove it.')
    if (!isGood(value)) throw fault(place, 'has an invalid value. Correct it.')
  }
}

/** The schemas inside a keyword's value, with their places; undefined if the keyword contains none. */
function subschemas(keyword: string, value: unknown, place: string): [string, unknown][] | undefined {
  switch (keyword) {
    case 'properties':
      return Object.entries(isJsonObject(value) ? value : { '': value }).map(([name, one]) => [`${place}.${name}`, one])
    case 'items':
    case 'additionalProperties':
    case 'not':
      return [[place, value]]
    case 'anyOf':
    case 'oneOf':
    case 'allOf':
      return Array.isArray(value) && value.length > 0 ? value.map((one) => [place, one]) : [[place, undefined]]
    default:
      return undefined
  }
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'u') instanceof RegExp
  } catch {
    return false
  }
}
