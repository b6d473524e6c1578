type Schema = {
  type?: string
  description?: string
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
  enum?: unknown[]
  const?: unknown
}

/** An operation of the OpenAPI description, with what v1's routes add to it. */
type Operation = {
  tags: string[]
  summary: string
  description?: string
  parameters?: { in: string; name: string; description?: string; required?: boolean; schema: Schema }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>
  'x-access': 'anybody' | 'caller' | 'staff' | 'superuser' | 'service'
  'x-permission'?: string
  'x-recent-login'?: boolean
  'x-refusals'?: string[]
}

export type ApiDescription = { paths: Record<string, Record<string, Operation>> }

const access = {
  anybody: 'everybody',
  caller: 'logged-in users',
  staff: 'staff',
  superuser: 'superusers',
  service: 'services',
} as const

/** The operations of v1, by tag. */
export function operationsByTag({ paths }: ApiDescription): Map<string, string[]> {
  const entries = Object.entries(paths)
    .filter(([path]) => path.startsWith('/api/v1/'))
    .flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([method]) => method !== 'head')
        .map(([method, operation]) => ({ tag: operation.tags[0] ?? '', text: describe(path, method, operation) })),
    )
  const byTag = Map.groupBy(entries, ({ tag }) => tag)
  return new Map([...byTag].map(([tag, all]) => [tag, all.map(({ text }) => text)]))
}

function describe(path: string, method: string, operation: Operation): string {
  const body = operation.requestBody?.content['application/json']?.schema
  const query = operation.parameters?.filter((parameter) => parameter.in === 'query') ?? []
  const [status = '', answer] = Object.entries(operation.responses)[0] ?? []
  const lines = [
    `- access: ${whoMay(operation)}`,
    query.length > 0 && `- query: ${query.map(parameterText).join(', ')}`,
    body && `- body: ${members(body)}`,
    `- response: ${status}${bodyText(answer?.content)}`,
    operation['x-refusals'] && `- refusals: ${operation['x-refusals'].map((code) => `\`${code}\``).join(', ')}`,
  ]
  return [
    `### \`${method.toUpperCase()} ${path}\``,
    '',
    [`${operation.summary}.`, operation.description].filter(Boolean).join(' '),
    '',
    ...lines.filter((line) => typeof line === 'string'),
  ].join('\n')
}

/** The media type of a response, unless it is JSON, and its shape. */
function bodyText(content: Record<string, { schema: Schema }> = {}): string {
  const [type = '', schema] = Object.entries(content).map(([type, { schema }]) => [type, schema] as const)[0] ?? []
  if (schema === undefined || schema.type === 'null') return ', no body'
  if (type === 'text/csv') return ' CSV'
  return ` ${type === 'application/x-ndjson' ? 'JSON lines, each ' : ''}${shape(schema)}`
}

function parameterText({ name, required = false, description, schema }: NonNullable<Operation['parameters']>[number]) {
  return member(name, required, { ...schema, ...(description !== undefined && { description }) })
}

function whoMay(operation: Operation): string {
  const permission = operation['x-permission']
  const who = access[operation['x-access']] + (permission === undefined ? '' : ` with \`${permission}\``)
  return operation['x-recent-login'] ? `${who}, after a recent login` : who
}

/** Longer lists are described elsewhere. */
const FEW = 6

function members({ anyOf, properties = {}, required = [] }: Schema): string {
  if (anyOf !== undefined) return anyOf.map(members).join(' or ')
  return Object.entries(properties)
    .map(([name, schema]) => member(name, required.includes(name), schema))
    .join(', ')
}

function member(name: string, isRequired: boolean, { description, enum: choices }: Schema): string {
  const facts = [
    isRequired ? '' : 'optional',
    choices && choices.length <= FEW ? choices.map((one) => `\`${one}\``).join(' or ') : '',
    description?.replace(/^[A-Z](?=[a-z ])/, (letter) => letter.toLowerCase()) ?? '',
  ].filter((fact) => fact !== '')
  return `\`${name}\`${facts.length > 0 ? ` (${facts.join('; ')})` : ''}`
}

/** `{ a, b?, c: [{ d }] }`: the members an answer has. */
function shape(schema: Schema): string {
  const text = outline(schema)
  return text === '' ? '`{}`' : `\`${text}\``
}

function outline({ type, properties, required = [], items, anyOf }: Schema): string {
  if (anyOf !== undefined) return [...new Set(anyOf.map(outline))].filter((one) => one !== '').join(' | ')
  if (items !== undefined) {
    const inner = outline(items)
    return inner === '' ? '' : `[${inner}]`
  }
  if (type !== 'object' || properties === undefined) return ''
  const names = Object.entries(properties).map(([name, schema]) => {
    const inner = outline(schema)
    return `${name}${required.includes(name) ? '' : '?'}${inner === '' ? '' : `: ${inner}`}`
  })
  return names.length === 0 ? '' : `{ ${names.join(', ')} }`
}
