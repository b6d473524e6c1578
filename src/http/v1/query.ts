import type { TSchema } from 'typebox'
import { type FieldFault, refuseFaults } from '../../errors.ts'

/** The part of a parameter's schema that decides how its text must be converted. */
type ParameterSchema = { type?: string }

/**
 * Turns the texts of a query into the values that its schema asks for. Each value has one form: `12` for a number,
 * `true` or `false` for a boolean. It refuses a parameter that the schema does not name, a parameter that comes twice,
 * and one whose escaped bytes are not UTF-8: a filter that is misspelt or ignored would list, or end, everything.
 *
 * @param schema an object schema; undefined for a route that takes no query
 * @returns a function that takes the texts by name, and the target of the request; it throws AuthError `invalid_fields`
 */
export function createQueryTyping(
  schema: TSchema | undefined,
): (texts: object, target: string) => Record<string, unknown> {
  const parameters = (schema === undefined ? {} : Reflect.get(schema, 'properties')) as Record<string, ParameterSchema>
  return (texts, target) => {
    const values: Record<string, unknown> = {}
    const faults = undecodable(target)
    for (const [name, text] of Object.entries(texts)) {
      const read = Object.hasOwn(parameters, name) ? readParameter(parameters[name], text) : { fault: 'unknown_field' }
      if ('fault' in read) faults.push({ field: name, fault: read.fault })
      else values[name] = read.value
    }
    refuseFaults(faults)
    return values
  }
}

/** The parameters whose bytes are not text. The decoder leaves them escaped. */
function undecodable(target: string): FieldFault[] {
  const start = target.indexOf('?')
  if (start < 0 || !target.includes('%', start)) return []
  const pairs = target.slice(start + 1).split('&')
  return pairs.filter((pair) => !isDecodable(pair)).map((pair) => ({ field: pair.split('=', 1).join(), fault: 'text' }))
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
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
