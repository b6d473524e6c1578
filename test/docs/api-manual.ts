type Schema = {
  $ref?: string
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

export type ApiDescription = {
  paths: Record<string, Record<string, Operation>>
  components?: { schemas?: Record<string, Schema> }
}

const access = {
  anybody: 'everybody',
  caller: 'logged-in users',
  staff: 'staff',
  superuser: 'superusers',
  service: 'services',
} as const

/** Every operation of v1, except HEAD. */
function operationsOf({ paths }: ApiDescription) {
  return Object.entries(paths)
    .filter(([path]) => path.startsWith('/api/v1/'))
    .flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([method]) => method !== 'head')
        .map(([method, operation]) => ({ path, method, operation })),
    )
}

/** The operations of v1, by tag. Shapes that several of them return are only named: see `describeShapes`. */
export function operationsByTag(description: ApiDescription): Map<string, string[]> {
  const shapes = shapesOf(description)
  const byTag = Map.groupBy(operationsOf(description), ({ operation }) => operation.tags[0] ?? '')
  return new Map(
    [...byTag].map(([tag, all]) => [
      tag,
      all.map(({ path, method, operation }) => describe(path, method, operation, shapes)),
    ]),
  )
}

/** A row for each shape that several operations of v1 return, in alphabetical order. */
export function describeShapes(description: ApiDescription): string[] {
  const shapes = shapesOf(description)
  return shapes.shared.map((name) => `| \`${name}\` | \`${outline(shapes.schemas[name] ?? {}, shapes)}\` |`)
}

/** The named schemas, and the names of those that appear more than once. */
type Shapes = { schemas: Record<string, Schema>; shared: readonly string[] }

const nameIn = ({ $ref: reference = '' }: Schema) => reference.slice(reference.lastIndexOf('/') + 1)

function shapesOf(description: ApiDescription): Shapes {
  const schemas = description.components?.schemas ?? {}
  const uses = new Map<string, number>()
  const visit = (schema: Schema): void => {
    const name = nameIn(schema)
    if (name !== '') {
      uses.set(name, (uses.get(name) ?? 0) + 1)
      if (uses.get(name) === 1) visit(schemas[name] ?? {})
    }
    for (const part of [schema.items, ...(schema.anyOf ?? []), ...Object.values(schema.properties ?? {})])
      if (part !== undefined) visit(part)
  }
  for (const { operation } of operationsOf(description)) {
    const [[, answer] = []] = Object.entries(operation.responses)
    for (const { schema } of Object.values(answer?.content ?? {})) visit(schema)
  }
  const isShared = (name: string) =>
    (uses.get(name) ?? 0) > 1 && outline(schemas[name] ?? {}, { schemas, shared: [] }) !== ''
  return { schemas, shared: [...uses.keys()].filter(isShared).sort() }
}

function describe(path: string, method: string, operation: Operation, shapes: Shapes): string {
  const named = operation.requestBody?.content['application/json']?.schema
  const body = named && resolved(named, shapes)
  const query = operation.parameters?.filter((parameter) => parameter.in === 'query') ?? []
  const [status = '', answer] = Object.entries(operation.responses)[0] ?? []
  const lines = [
    `- access: ${whoMay(operation)}`,
    query.length > 0 && `- query: ${query.map(parameterText).join(', ')}`,
    body && `- body: ${members(body, shapes)}`,
    `- response: ${status}${bodyText(answer?.content, shapes)}`,
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
function bodyText(content: Record<string, { schema: Schema }> = {}, shapes: Shapes): string {
  const [type = '', schema] = Object.entries(content).map(([type, { schema }]) => [type, schema] as const)[0] ?? []
  if (schema === undefined || schema.type === 'null') return ', no body'
  if (type === 'text/csv') return ' CSV'
  return ` ${type === 'application/x-ndjson' ? 'JSON lines, each ' : ''}${shape(schema, shapes)}`
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

function members({ anyOf, properties = {}, required = [] }: Schema, shapes: Shapes): string {
  if (anyOf !== undefined) return anyOf.map((one) => members(resolved(one, shapes), shapes)).join(' or ')
  return Object.entries(properties)
    .map(([name, schema]) => member(name, required.includes(name), resolved(schema, shapes)))
    .join(', ')
}

/** The schema that a reference names, or the schema itself. */
function resolved(schema: Schema, { schemas }: Shapes): Schema {
  return schemas[nameIn(schema)] ?? schema
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
function shape(schema: Schema, shapes: Shapes): string {
  const text = outline(schema, shapes)
  return text === '' ? '`{}`' : `\`${text}\``
}

function outline(schema: Schema, shapes: Shapes): string {
  const name = nameIn(schema)
  if (shapes.shared.includes(name)) return name
  const { type, properties, required = [], items, anyOf } = resolved(schema, shapes)
  if (anyOf !== undefined) {
    return [...new Set(anyOf.map((one) => outline(one, shapes)))].filter((one) => one !== '').join(' | ')
  }
  if (items !== undefined) {
    const inner = outline(items, shapes)
    return inner === '' ? '' : `[${inner}]`
  }
  if (type !== 'object' || properties === undefined) return ''
  const names = Object.entries(properties).map(([name, schema]) => {
    const inner = outline(schema, shapes)
    return `${name}${required.includes(name) ? '' : '?'}${inner === '' ? '' : `: ${inner}`}`
  })
  return names.length === 0 ? '' : `{ ${names.join(', ')} }`
}
