import type { TSchema } from 'typebox'
import { type FieldFault, refuseFaults } from '../../errors.ts'

/** What a schema says about one parameter, as far as its text must be turned into something else. */
type ParameterSchema = { type?: string }

/**
 * Turns the texts of a query into the values that its schema asks for. Each value has one form: `12` for a number, `true`
 * or `false` for a boolean. A parameter that the schema does not name is refused, and so is one that comes twice: a filter
 * that is misspelt or ignored would list, or end, everything.
 *
 * @param schema an object schema; undefined for a route that takes no query
 * @returns a function that takes the texts by name; it throws AuthError `invalid_fields`
 */
export function createQueryTyping(schema: TSchema | undefined): (texts: object) => Record<string, unknown> {
  const parameters = (schema === undefined ? {} : Reflect.get(schema, 'properties')) as Record<string, ParameterSchema>
  return (texts) => {
    const values: Record<string, unknown> = {}
    const faults: FieldFault[] = []
    for (const [name, text] of Object.entries(texts)) {
      const read = Object.hasOwn(parameters, name) ? readParameter(parameters[name], text) : { fault: 'unknown_field' }
      if ('fault' in read) faults.push({ field: name, fault: read.fault })
      else values[name] = read.value
    }
    refuseFaults(faults)
    return values
  }
}

function readParameter(schema: ParameterSchema | undefined, text: unknown): { value: unknown } | { fault: string } {
  if (typeof text !== 'string') return { fault: 'repeated' }
  switch (schema?.type) {
    case 'integer':
    case 'number':
      return /^(0|-?[1-9]\d{0,15})$/.test(text) ? { value: Number(text) } : { fault: 'type' }
    case 'boolean':
      return text === 'true' || text === 'false' ? { value: text === 'true' } : { fault: 'type' }
    default:
      return { value: text }
  }
}
