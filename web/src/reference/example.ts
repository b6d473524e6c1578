import type { Schema } from './openapi.ts'

/** Values for names that members have throughout this API: they make examples easier to read. */
const byName: Record<string, unknown> = {
  username: 'ada',
  email: 'ada@example.org',
  first_name: 'Ada',
  last_name: 'Lovelace',
  phone_number: '+44 20 7946 0000',
  password: 'correct horse battery',
  password2: 'correct horse battery',
  old_password: 'correct horse battery',
  new_password: 'staple of another battery',
  url: 'https://example.org/hook',
  name: 'Editors',
  title: 'hello',
  content: 'world',
}

const byFormat: Record<string, unknown> = {
  'date-time': '2026-11-29T08:00:00.000Z',
  date: '2026-11-29',
  email: 'ada@example.org',
  uri: 'https://example.org/',
  password: 'correct horse battery',
}

/**
 * A value that a schema allows, as a starting point.
 *
 * @param onlyRequired leaves out the members that a request may leave out
 */
export function exampleOf(schema: Schema | undefined, onlyRequired = false, name = ''): unknown {
  if (schema === undefined) return undefined
  if (schema.const !== undefined) return schema.const
  if (schema.default !== undefined) return schema.default
  if (schema.enum !== undefined) return schema.enum[0]
  const [first] = schema.anyOf ?? []
  if (first !== undefined) return exampleOf(first, onlyRequired, name)
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
  switch (type) {
    case 'object': {
      const wanted = Object.entries(schema.properties ?? {}).filter(
        ([member]) => !onlyRequired || (schema.required ?? []).includes(member),
      )
      return Object.fromEntries(wanted.map(([member, one]) => [member, exampleOf(one, onlyRequired, member)]))
    }
    case 'array':
      return [exampleOf(schema.items, onlyRequired, name)].filter((item) => item !== undefined)
    case 'integer':
    case 'number':
      return schema.minimum ?? 1
    case 'boolean':
      return true
    case 'null':
      return null
    case 'string':
      return byFormat[schema.format ?? ''] ?? byName[name] ?? '…'
    default:
      return {}
  }
}
