import { commentText, objectText, type Schema, typeText } from './type-text.ts'

type Operation = {
  summary: string
  description?: string
  parameters?: { in: string; name: string; required?: boolean; description?: string; schema: Schema }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>
  'x-access': string
  'x-permission'?: string
  'x-refusals'?: string[]
}

export type ApiDescription = { paths: Record<string, Record<string, Operation>> }

const PREFIX = '/api/v1'

/** Types that many routes share, or that a page names. Each is at this place of this route; `[]` means the items of an array. */
const sharedTypes: Record<string, [route: string, ...way: string[]]> = {
  Account: ['POST /register', 'answer'],
  Me: ['GET /me', 'answer'],
  Session: ['GET /me/sessions', 'answer', 'sessions', '[]'],
  AuditEventName: ['GET /me/events', 'answer', 'events', '[]', 'event'],
  AuditEvent: ['GET /me/events', 'answer', 'events', '[]'],
  AdminAccount: ['GET /admin/users', 'answer', 'users', '[]'],
  AdminAccountDetail: ['GET /admin/users/:id', 'answer'],
  BulkLine: ['POST /admin/users/bulk/stream', 'line'],
  EndLine: ['POST /admin/sessions/end/stream', 'line'],
  SigningKey: ['GET /admin/keys', 'answer', 'keys', '[]'],
  Group: ['GET /admin/groups', 'answer', 'groups', '[]'],
  Mail: ['GET /admin/outbox', 'answer', 'mails', '[]'],
  Webhook: ['GET /admin/webhooks', 'answer', 'webhooks', '[]'],
  WebhookDelivery: ['GET /admin/webhooks/:id/deliveries', 'answer', 'deliveries', '[]'],
}

type Route = {
  name: string
  operation: Operation
  params: string[]
  query?: Schema
  body?: Schema
  answer?: Schema
  line?: Schema
}

/** The TypeScript of `Routes`: every v1 route with its input, its response and its refusals. */
export function routesText(description: ApiDescription): string {
  const routes = readRoutes(description)
  const shared = new Map<string, string>()
  const declarations = Object.entries(sharedTypes).map(([name, [routeName, part, ...way]]) => {
    const route = routes.find((one) => one.name === routeName)
    const schema = way.reduce(stepInto, route?.[part as 'answer' | 'line'])
    if (schema === undefined) throw new Error(`${name}: ${routeName} has no ${[part, ...way].join('.')} any more.`)
    const text = typeText(schema, { shared, isInput: false })
    shared.set(JSON.stringify(schema), name)
    return `export type ${name} = ${text}\n`
  })
  const members = routes.map((route) => memberText(route, shared))
  return `${declarations.join('\n')}
/** Every route of the v1 API, by method and path. */
export interface Routes {
${members.join('\n')}
}
`
}

function readRoutes({ paths }: ApiDescription): Route[] {
  return Object.entries(paths)
    .filter(([path]) => path.startsWith(`${PREFIX}/`))
    .flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([method]) => method !== 'head')
        .map(([method, operation]) => readRoute(method, path.slice(PREFIX.length), operation)),
    )
}

function readRoute(method: string, path: string, operation: Operation): Route {
  const queryParameters = operation.parameters?.filter((parameter) => parameter.in === 'query') ?? []
  const query: Schema = {
    type: 'object',
    properties: Object.fromEntries(
      queryParameters.map(({ name, schema, description }) => [
        name,
        { ...schema, ...(description && { description }) },
      ]),
    ),
    required: queryParameters.filter(({ required }) => required).map(({ name }) => name),
  }
  const body = operation.requestBody?.content['application/json']?.schema
  const content = Object.values(operation.responses)[0]?.content
  const answer = content?.['application/json']?.schema
  const line = content?.['application/x-ndjson']?.schema
  return {
    name: `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
    operation,
    params: [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name),
    ...(queryParameters.length > 0 && { query }),
    ...(body && { body }),
    ...(answer && answer.type !== 'null' && { answer }),
    ...(line && { line }),
  }
}

function stepInto(schema: Schema | undefined, step: string): Schema | undefined {
  return step === '[]' ? schema?.items : schema?.properties?.[step]
}

function memberText({ name, operation, params, query, body, answer }: Route, shared: Map<string, string>): string {
  const input = { shared, isInput: true, depth: 2 }
  const refusals = operation['x-refusals'] ?? []
  const lines = [
    params.length > 0 && `params: { ${params.map((one) => `${one}: string | number`).join('; ')} }`,
    query && `query: ${objectText(query, input)}`,
    body && `body: ${typeText(body, input)}`,
    `answer: ${answer ? typeText(answer, { shared, isInput: false, depth: 2 }) : 'undefined'}`,
    `refusals: ${refusals.length > 0 ? refusals.map((code) => `'${code}'`).join(' | ') : 'never'}`,
  ]
  const permission = operation['x-permission'] ? ` with \`${operation['x-permission']}\`` : ''
  const told = [
    `${operation.summary}. For: ${operation['x-access']}${permission}.`,
    ...(operation.description ? ['', operation.description] : []),
  ]
  return [
    '  /**',
    ...told.map((line) => `   * ${commentText(line)}`.trimEnd()),
    '   */',
    `  '${name}': {`,
    ...lines.filter((line) => typeof line === 'string').map((line) => `    ${line}`),
    '  }',
  ].join('\n')
}
