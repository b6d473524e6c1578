import type { TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import { inject } from 'vitest'

type Json = { [member: string]: unknown }
type Answer = { headers?: Json; content?: Record<string, { schema?: TSchema }> }
type Operation = { responses: Record<string, Answer> }
type Document = { paths: Record<string, Record<string, Operation>> }

declare module 'vitest' {
  interface ProvidedContext {
    /** The OpenAPI document of a server with everything on, with each schema where it is used. */
    openApi: string
  }
}

/** The servers whose responses are checked, and the base path of each. */
const servers = new Map<string, { basePath: string; document: string | undefined }>()
type DescribedPath = { pattern: RegExp; methods: Record<string, Operation> }
/** The parsed documents. */
const known = new Map<string, DescribedPath[]>()
const validators = new WeakMap<object, Validator>()

/**
 * From now on, every response of this server must be declared in its OpenAPI document.
 *
 * @param document its own, as JSON, with each schema where it is used. Default: that of a server with everything on
 * @returns a function that forgets the server, because another one may get its port
 */
export function expectContractOf(url: string, basePath: string, document?: string): () => void {
  const { origin } = new URL(url)
  const server = { basePath, document }
  servers.set(origin, server)
  return () => {
    if (servers.get(origin) === server) servers.delete(origin)
  }
}

/**
 * Checks a response against the OpenAPI document: its status, its headers, its media type and its body. A member that
 * the document does not name is a fault too.
 *
 * @throws Error that says what is not declared
 */
export function checkAnswer(
  url: string,
  { method, path, headers: sent = [] }: { method: string; path: string; headers?: [name: string, value: string][] },
  { status, headers, body }: { status: number; headers: Record<string, string[] | undefined>; body: Buffer },
): void {
  const server = servers.get(new URL(url).origin)
  const operation = server && findOperation(method, path, server)
  // The document has every path; this server may not have this one.
  const isMissing = status === 404 && operation?.responses[404] === undefined && /"Not found\."/.test(body.toString())
  // Some paths answer browsers with pages and redirects.
  const isBrowser = sent.some(([name, value]) => name.toLowerCase() === 'accept' && value.includes('text/html'))
  const fault = operation && !isMissing && !isBrowser && findFault(operation, { method, status, headers, body })
  if (!fault) return
  throw new Error(`OpenAPI: ${method} ${path} answered ${status} ${fault}: ${body.toString('utf8').slice(0, 500)}`)
}

type Answered = { method: string; status: number; headers: Record<string, string[] | undefined>; body: Buffer }

function findFault(operation: Operation, { method, status, headers, body }: Answered): string | undefined {
  const declared = operation.responses[status] ?? operation.responses[`${String(status)[0]}XX`]
  if (declared === undefined) return 'which is not declared'
  const missing = Object.keys(declared.headers ?? {}).find((name) => headers[name] === undefined)
  if (missing !== undefined) return `without the header ${missing}`
  if (method === 'HEAD') return undefined
  if (declared.content === undefined) return body.length > 0 ? 'with a body that is not declared' : undefined
  const [type = ''] = (headers['content-type']?.[0] ?? '').split(';')
  const schema = declared.content[type.trim()]?.schema
  if (schema === undefined) return `as ${type}, which is not declared`
  if (!type.includes('json')) return undefined
  const texts = type.trim() === 'application/x-ndjson' ? body.toString().trimEnd().split('\n') : [body.toString()]
  return texts.map((text) => findFaultOfText(text, schema)).find((fault) => fault !== undefined)
}

function findFaultOfText(text: string, schema: TSchema): string | undefined {
  const value = parsed(text)
  if (value === undefined) return 'with a body that is not JSON'
  const validator = validatorOf(schema)
  if (validator.Check(value)) return undefined
  const [fault] = validator.Errors(value)
  return `with a body that is not as declared (${fault?.instancePath || '/'} ${fault?.message})`
}

function findOperation(
  method: string,
  target: string,
  { basePath, document = inject('openApi') }: { basePath: string; document: string | undefined },
): Operation | undefined {
  const operations = known.get(document) ?? readOperations(document)
  known.set(document, operations)
  const [path = ''] = target.split(/[?#]/, 1)
  const own = basePath !== '' && path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : path
  return operations.find(({ pattern }) => pattern.test(own))?.methods[method.toLowerCase()]
}

function readOperations(document: string): DescribedPath[] {
  const { paths } = JSON.parse(document) as Document
  return Object.entries(paths)
    .sort(([one], [other]) => variablesIn(one) - variablesIn(other))
    .map(([path, methods]) => ({
      pattern: new RegExp(
        `^${path
          .replace(/\/$/, '')
          .replaceAll('.', '\\.')
          .replaceAll(/\{\w+\}/g, '[^/]+')}/?$`,
      ),
      methods,
    }))
}

const variablesIn = (path: string) => path.split('{').length

function validatorOf(schema: TSchema): Validator {
  const made = validators.get(schema)
  if (made !== undefined) return made
  const validator = Compile(closed(schema) as TSchema)
  validators.set(schema, validator)
  return validator
}

/** The same schema, without room for members that it does not name. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const inner = Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, closed(part)]))
  const isOpen = !('properties' in inner) || typeof inner.properties !== 'object' || 'additionalProperties' in inner
  return isOpen ? inner : { ...inner, additionalProperties: false }
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
