import type { TObject, TSchema } from 'typebox'
import { textFaults } from '../../platform/text-rules.ts'
import { strip } from '../../platform/white-space.ts'
import { type ClassicBody, JsonNumber } from './body.ts'
import { pythonNumberText } from './python-text.ts'
import { faultMessage } from './words.ts'

/** The schema of a field; all fields of this contract are texts. */
type FieldSchema = TSchema & {
  maxLength?: number
  /** 1: must not be blank. */
  minLength?: number
  /** `email`: has its own message for a wrong type. `password`: trimmed only if the settings say so. */
  format?: string
}

/**
 * The fields of a body, checked by the rules of section 3: the texts that were sent, and the messages for invalid
 * fields, in the order of the fields. A field that is missing, null, blank or of a wrong type has one message, and its
 * value is undefined.
 */
type FieldValues = {
  values: Partial<Record<string, string>>
  errors: Record<string, string[]>
}

type FieldOptions = {
  /** PATCH: no field is required. */
  isPartial?: boolean
  /** TRIM_PASSWORDS */
  trimPasswords: boolean
}

/** A field of a body, as its schema describes it. */
type Field = { name: string; schema: FieldSchema; isRequired: boolean }

const fieldsOfSchema = new WeakMap<TObject, readonly Field[]>()

/** The fields of a schema. They are listed once for each schema, because every request needs them. */
function fieldsOf(schema: TObject): readonly Field[] {
  let fields = fieldsOfSchema.get(schema)
  if (fields === undefined) {
    const required = new Set(schema.required)
    fields = Object.entries(schema.properties as Record<string, FieldSchema>).map(([name, schema]) => ({
      name,
      schema,
      isRequired: required.has(name),
    }))
    fieldsOfSchema.set(schema, fields)
  }
  return fields
}

/** Reads the fields of `schema`; ignores all others, whatever their names. */
export function readFields(
  schema: TObject,
  body: ClassicBody,
  { isPartial = false, trimPasswords }: FieldOptions,
): FieldValues {
  const values: Record<string, string> = {}
  const errors: Record<string, string[]> = {}
  for (const { name, schema: field, isRequired } of fieldsOf(schema)) {
    const read = readField(field, body.get(name), isRequired && !isPartial, trimPasswords)
    if (read?.error !== undefined) errors[name] = [read.error]
    if (read?.value === undefined) continue
    values[name] = read.value
    // The rules for all texts: length, U+0000, surrogates.
    const faults = textFaults(read.value, field.maxLength)
    if (faults.length > 0) errors[name] = faults.map(faultMessage)
  }
  return { values, errors }
}

function readField(
  field: FieldSchema,
  sent: unknown,
  isRequired: boolean,
  trimPasswords: boolean,
): { value?: string; error?: string } | undefined {
  if (sent === undefined) return isRequired ? { error: 'This field is required.' } : undefined
  if (sent === null) return { error: 'This field may not be null.' }
  const text = typeof sent === 'string' ? sent : sent instanceof JsonNumber ? pythonNumberText(sent.source) : undefined
  if (text === undefined) {
    return { error: field.format === 'email' ? 'Enter a valid email address.' : 'Not a valid string.' }
  }
  const value = field.format === 'password' && !trimPasswords ? text : strip(text)
  if (value === '' && field.minLength === 1) return { error: 'This field may not be blank.' }
  return { value }
}

/** Messages in the order of the fields, as Django REST framework writes them. */
export function inFieldOrder(schema: TObject, messages: Record<string, string[]>): Record<string, string[]> {
  const names = Object.keys(schema.properties)
  const places = new Map(names.map((name, place) => [name, place]))
  const placeOf = (name: string) => places.get(name) ?? names.length
  return Object.fromEntries(Object.entries(messages).toSorted(([a], [b]) => placeOf(a) - placeOf(b)))
}
