import { queryOptions } from '@tanstack/react-query'
import { readOwn } from '../developer/development-files.ts'

/** A JSON Schema, as far as this server's own document uses it. */
export type Schema = {
  type?: string | string[]
  format?: string
  description?: string
  enum?: unknown[]
  const?: unknown
  default?: unknown
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  pattern?: string
}

export type Parameter = {
  name: string
  in: 'path' | 'query' | 'header'
  required?: boolean
  description?: string
  schema: Schema
}

/** One method of one path. */
export type Operation = {
  /** Names it in addresses. */
  id: string
  method: string
  path: string
  tag: string
  summary: string
  description: string | undefined
  parameters: Parameter[]
  body: Schema | undefined
  /** The schemes that it accepts; empty: anybody may call it. */
  security: string[]
  access: string | undefined
  permission: string | undefined
  needsRecentLogin: boolean
  refusals: string[]
  answers: { status: string; contentType: string | undefined; schema: Schema | undefined }[]
}

/** Operations that belong together, in the order of the document. */
export type Chapter = { name: string; description: string; operations: Operation[] }

type Content = Record<string, { schema?: Schema }>
type Document = {
  components?: { schemas?: Record<string, Schema> }
  tags: { name: string; description: string }[]
  paths: Record<string, Record<string, DocumentedOperation>>
}
type DocumentedOperation = {
  tags?: string[]
  summary?: string
  description?: string
  parameters?: Parameter[]
  requestBody?: { content: Content }
  security?: Record<string, string[]>[]
  responses: Record<string, { content?: Content }>
  'x-access'?: string
  'x-permission'?: string
  'x-recent-login'?: boolean
  'x-refusals'?: string[]
}

/** The document of this server. It cannot change while the page is open. */
export const referenceQuery = queryOptions({
  queryKey: ['openapi'],
  queryFn: async () => chaptersOf(withoutReferences(JSON.parse(await readOwn('/openapi.json')) as Document)),
  staleTime: Number.POSITIVE_INFINITY,
})

/** The document with each named schema where it is used. None of them contains itself. */
function withoutReferences(document: Document): Document {
  const schemas = document.components?.schemas ?? {}
  const resolve = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(resolve)
    if (typeof part !== 'object' || part === null) return part
    const name = /^#\/components\/schemas\/(.+)$/.exec(String((part as { $ref?: unknown }).$ref))?.[1]
    if (name !== undefined) return resolve(schemas[name])
    return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, resolve(value)]))
  }
  return { ...document, paths: resolve(document.paths) as Document['paths'] }
}

/** The document by its tags. Tags without an operation are left out. */
function chaptersOf({ tags, paths }: Document): Chapter[] {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    // HEAD is GET without the body (RFC 9110 §9.3.2): it would only double the list.
    Object.entries(methods)
      .filter(([method]) => method !== 'head')
      .map(([method, documented]) => readOperation(path, method, documented)),
  )
  return tags
    .map(({ name, description }) => ({
      name,
      description,
      operations: operations.filter(({ tag }) => tag === name),
    }))
    .filter(({ operations: own }) => own.length > 0)
}

function readOperation(path: string, method: string, documented: DocumentedOperation): Operation {
  const { summary = path, description, parameters = [], security = [] } = documented
  return {
    id: idOf(method, path),
    method: method.toUpperCase(),
    path,
    tag: documented.tags?.[0] ?? '',
    summary,
    description,
    parameters: [...parameters, ...missingPathParameters(path, parameters)],
    body: schemaOf(documented.requestBody?.content)?.schema,
    security: security.flatMap((scheme) => Object.keys(scheme)),
    access: documented['x-access'],
    permission: documented['x-permission'],
    needsRecentLogin: documented['x-recent-login'] === true,
    refusals: documented['x-refusals'] ?? [],
    // Error responses are listed by their codes instead.
    answers: Object.entries(documented.responses)
      .filter(([status]) => !/^[45]/.test(status))
      .map(([status, { content }]) => {
        const found = schemaOf(content)
        return { status, contentType: found?.contentType, schema: found?.schema }
      }),
  }
}

/** Unique for every operation: a path with a final slash keeps a mark for it. */
function idOf(method: string, path: string): string {
  return `${method}${path.replaceAll(/[{}]/g, '').replaceAll('/', '-')}`
}

function missingPathParameters(path: string, named: readonly Parameter[]): Parameter[] {
  return [...path.matchAll(/\{(\w+)\}/g)].flatMap(([, name = '']) =>
    named.some((one) => one.name === name && one.in === 'path')
      ? []
      : [{ name, in: 'path' as const, required: true, schema: { type: 'string' } }],
  )
}

function schemaOf(content: Content | undefined): { contentType: string; schema: Schema | undefined } | undefined {
  const [first] = Object.entries(content ?? {})
  return first && { contentType: first[0], schema: first[1].schema }
}
