import type { Json } from './names.ts'

type Content = Record<string, { schema?: Json; example?: unknown }>
type Operation = { requestBody?: { content?: Content }; responses?: Record<string, { content?: Content }> }
type Document = { paths?: Record<string, Record<string, Operation>> }

const SECRET = 'kYyR0Zk0mY8l9wV3nq2sT5uX7aB1cD4eF6gH8iJ0kLm'
const JWT = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl'
const TIME = '2026-11-30T09:30:00.000Z'

/** Typical values of members, by their names. */
const byName: Readonly<Record<string, unknown>> = {
  username: 'kim',
  email: 'kim@example.org',
  first_name: 'Kim',
  last_name: 'Lee',
  phone_number: '+4930123456',
  password: 'copper lantern 42',
  old_password: 'copper lantern 42',
  new_password: 'another lantern 43',
  access: JWT,
  refresh: JWT,
  access_token: JWT,
  refresh_token: JWT,
  name: 'editors',
  title: 'A lantern',
  content: 'It is made of copper.',
  url: 'https://example.org/',
  address: '203.0.113.7',
  expires_in: 300,
  id: 1,
}

const byFormat: Readonly<Record<string, string>> = {
  email: 'kim@example.org',
  'date-time': TIME,
  password: 'copper lantern 42',
  uri: 'https://example.org/',
}

/** Texts, one of which matches most patterns. */
const texts = [
  SECRET,
  JWT,
  TIME,
  'kim@example.org',
  'kim',
  '123456',
  '1',
  '0123456789abcdef0123456789abcdef',
  '+4930123456',
]

/** No example that certainly fits exists. */
class NoExample extends Error {}

/**
 * Adds examples to the JSON bodies of all operations, generated from their schemas: for requests the required members,
 * for responses all members. It changes the document.
 */
export function addExamples(document: object): void {
  for (const operations of Object.values((document as Document).paths ?? {})) {
    for (const { requestBody, responses = {} } of Object.values(operations)) {
      addTo(requestBody?.content, 'request')
      for (const [status, { content }] of Object.entries(responses)) if (/^2/.test(status)) addTo(content, 'answer')
    }
  }
}

type Direction = 'request' | 'answer'

function addTo(content: Content | undefined, direction: Direction): void {
  const media = content?.['application/json']
  if (media?.schema === undefined) return
  try {
    media.example = exampleOf(media.schema, '', direction)
  } catch (error) {
    if (!(error instanceof NoExample)) throw error
  }
}

function exampleOf(schema: Json, name: string, direction: Direction): unknown {
  if ('const' in schema) return schema.const
  const [listed] = [schema.examples ?? schema.enum].flat()
  if (listed !== undefined) return listed
  const [variant] = [schema.anyOf ?? schema.oneOf].flat()
  if (variant !== undefined) return exampleOf(variant as Json, name, direction)
  const [type] = [schema.type].flat()
  if (type === 'object') return exampleOfObject(schema, direction)
  if (type === 'array') return [exampleOf((schema.items ?? {}) as Json, name, direction)]
  const usual = Object.hasOwn(byName, name) ? byName[name] : undefined
  if (type === 'integer' || type === 'number') {
    const number = typeof usual === 'number' ? usual : 1
    return Math.min(Math.max(number, Number(schema.minimum ?? number)), Number(schema.maximum ?? number))
  }
  if (type === 'string') return exampleOfString(schema, typeof usual === 'string' ? usual : undefined)
  if (type === 'boolean') return true
  if (type === 'null') return null
  throw new NoExample()
}

function exampleOfObject({ properties = {}, required = [] }: Json, direction: Direction): Json {
  const all = Object.entries(properties as Record<string, Json>)
  const needed = all.filter(([name]) => (required as string[]).includes(name))
  // If all members are optional, one of them is enough to show the form.
  const chosen = direction === 'answer' ? all : needed.length > 0 ? needed : all.slice(0, 1)
  return Object.fromEntries(chosen.map(([name, schema]) => [name, exampleOf(schema, name, direction)]))
}

function exampleOfString({ format, pattern, minLength = 0, maxLength }: Json, usual: string | undefined): string {
  const ofFormat = typeof format === 'string' ? byFormat[format] : undefined
  if (format !== undefined && ofFormat === undefined) throw new NoExample()
  const expression = typeof pattern === 'string' ? new RegExp(pattern, 'u') : undefined
  const found = [ofFormat, usual, ...(expression === undefined ? ['text'] : texts)].find(
    (text) =>
      text !== undefined &&
      text.length >= Number(minLength) &&
      text.length <= Number(maxLength ?? text.length) &&
      (expression === undefined || expression.test(text)),
  )
  if (found === undefined) throw new NoExample()
  return found
}
