import { isDeepStrictEqual } from 'node:util'

/** A JSON object of the document. */
export type Json = { [member: string]: unknown }

/** The parts of an OpenAPI document that hold schemas. */
type Content = Record<string, { schema?: Json }>
type NamedOperation = {
  operationId?: string
  parameters?: { schema?: Json }[]
  requestBody?: { content?: Content }
  responses?: Record<string, { content?: Content }>
}
type Document = { paths?: Record<string, Record<string, NamedOperation>>; components?: { schemas?: Json } & Json }

const REFERENCE = '#/components/schemas/'

/**
 * Moves every schema with a `title` to `components`, so that generators make one type of it. The request and response
 * of an operation are named after the operation if they have no title.
 *
 * @throws Error if two different schemas have the same name
 */
export function withNames(document: object): object {
  const named = structuredClone(document) as Document
  const schemas: Json = {}

  function place(schema: Json): Json {
    const { title, ...rest } = mapSchemas(schema, place)
    if (typeof title !== 'string') return rest
    if (title in schemas && !isDeepStrictEqual(schemas[title], rest)) {
      throw new Error(`OpenAPI: two different schemas have the title ${title}. Give one of them another title.`)
    }
    schemas[title] = rest
    return { $ref: REFERENCE + title }
  }

  for (const [, { operationId = '', ...operation }] of operationsOf(named)) {
    const prefix = operationId.charAt(0).toUpperCase() + operationId.slice(1)
    for (const parameter of operation.parameters ?? []) if (parameter.schema) parameter.schema = place(parameter.schema)
    placeContent(operation.requestBody?.content, `${prefix}Body`)
    for (const [status, { content }] of Object.entries(operation.responses ?? {})) {
      placeContent(content, /^2/.test(status) ? `${prefix}Answer` : undefined)
    }
  }
  named.components = { ...named.components, schemas: Object.fromEntries(Object.entries(schemas).sort()) }
  return named

  function placeContent(content: Content | undefined, name: string | undefined): void {
    for (const media of Object.values(content ?? {})) {
      if (media.schema === undefined) continue
      const isWorthAName = media.schema.type === 'object' || media.schema.anyOf !== undefined
      const title = media.schema.title ?? (isWorthAName ? name : undefined)
      media.schema = place({ ...media.schema, ...(title !== undefined && { title }) })
    }
  }
}

/** The same document with each schema in the place where it is used, for programs that do not follow references. */
export function withoutNames(document: object): object {
  const plain = structuredClone(document) as Document
  const schemas = (plain.components?.schemas ?? {}) as Record<string, Json>
  const resolve = (schema: Json): Json => {
    const { $ref: reference } = schema
    if (typeof reference !== 'string') return mapSchemas(schema, resolve)
    return resolve(schemas[reference.slice(REFERENCE.length)] ?? {})
  }
  for (const [, operation] of operationsOf(plain)) {
    for (const parameter of operation.parameters ?? [])
      if (parameter.schema) parameter.schema = resolve(parameter.schema)
    const contents = [operation.requestBody, ...Object.values(operation.responses ?? {})].map((part) => part?.content)
    for (const media of contents.flatMap((content) => Object.values(content ?? {}))) {
      if (media.schema) media.schema = resolve(media.schema)
    }
  }
  return plain
}

/** A schema whose parts are replaced by the results of `change`. */
function mapSchemas(schema: Json, change: (part: Json) => Json): Json {
  const changed: Json = { ...schema }
  for (const key of ['items', 'additionalProperties', 'not']) {
    if (isJson(schema[key])) changed[key] = change(schema[key])
  }
  for (const key of ['anyOf', 'allOf', 'oneOf']) {
    const parts = schema[key]
    if (Array.isArray(parts)) changed[key] = parts.map((part) => (isJson(part) ? change(part) : part))
  }
  for (const key of ['properties', 'patternProperties']) {
    const parts = schema[key]
    if (isJson(parts)) {
      changed[key] = Object.fromEntries(
        Object.entries(parts).map(([name, part]) => [name, isJson(part) ? change(part) : part]),
      )
    }
  }
  return changed
}

function operationsOf({ paths = {} }: Document): [string, NamedOperation][] {
  return Object.values(paths).flatMap((methods) => Object.entries(methods))
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
