import Fastify, { type FastifyInstance, type FastifySchema, type RouteOptions } from 'fastify'
import { basePathOf } from '../mount/base-path.ts'
import { addExamples } from './examples.ts'
import { withNames } from './names.ts'
import { withoutCompilers } from './without-compilers.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The OpenAPI document of all routes that are not hidden. */
    openApi(): Promise<object>
  }
}

/** What the document says about this server. */
type DocumentedFacts = {
  accessCookieName: string
  publicUrl: string
  authHeaderTypes: readonly string[]
  authHeaderName: string
  /** Whether keys exist here. They are accepted wherever access tokens are. */
  hasKeys: boolean
}

/** `/openapi.json`, generated from the routes' schemas. Register it before the routes that it describes. */
export async function documentation(server: FastifyInstance, facts: DocumentedFacts): Promise<void> {
  const routes: RouteOptions[] = []
  server.addHook('onRoute', (route) => {
    routes.push(route)
  })
  let document: Promise<object> | undefined
  server.decorate('openApi', () => {
    document ??= describe(routes, facts)
    return document
  })
  // Generated once, not for every request.
  let text: Promise<Buffer> | undefined
  server.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
    text ??= server.openApi().then((made) => Buffer.from(JSON.stringify(made)))
    return reply.type('application/json').send(await text)
  })
}
Object.assign(documentation, { [Symbol.for('skip-override')]: true })

/** Runs in a separate instance, at the first request: most servers are never asked for it, and it takes 2 MB. */
async function describe(routes: readonly RouteOptions[], facts: DocumentedFacts): Promise<object> {
  const { default: swagger } = await import('@fastify/swagger')
  const server = Fastify({ schemaController: withoutCompilers, exposeHeadRoutes: false })
  await server.register(swagger, {
    exposeHeadRoutes: true,
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Latchkey',
        version: '1',
        description: 'Authentication for your users: accounts, sessions and tokens.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: basePathOf(facts.publicUrl) || '/' }],
      tags: [
        { name: 'classic', description: 'The contract of Django REST framework with SimpleJWT' },
        { name: 'djoser', description: 'The contract of djoser, if DJOSER is on' },
        { name: 'account', description: 'v1: registration, my account, and operations confirmed by email' },
        { name: 'login', description: 'v1: log in, refresh, log out' },
        { name: 'sessions', description: 'v1: my sessions and events' },
        { name: 'services', description: 'v1: for other services, with a service credential' },
        { name: 'administration', description: 'v1: for administrators' },
        { name: 'operation', description: 'For operators' },
        { name: 'well-known', description: 'What other services need before they can verify a token' },
      ],
      components: {
        securitySchemes: {
          bearer: tokenScheme(facts),
          ...(facts.hasKeys && { key: keyScheme }),
          cookie: { type: 'apiKey', in: 'cookie', name: facts.accessCookieName },
          metrics: { type: 'http', scheme: 'bearer', description: 'METRICS_TOKEN' },
          service: { type: 'http', scheme: 'basic', description: 'One of SERVICE_CREDENTIALS' },
        },
      },
    },
  })
  for (const { method: methods, url, schema } of routes) {
    for (const method of [methods].flat()) {
      const operation = {
        ...schema,
        ...(facts.hasKeys && withKey(schema)),
        operationId: operationIdOf(method, url, schema),
        ...(method === 'HEAD' && headAnswer),
      }
      server.route({ method, url, schema: operation, handler: async () => {} })
    }
  }
  await server.ready()
  const document: { paths?: Record<string, { head?: { operationId?: string } }> } = JSON.parse(
    JSON.stringify(server.swagger()),
  )
  // The plugin marks the operation ids of HEAD as duplicates, although they differ anyway.
  for (const { head } of Object.values(document.paths ?? {})) {
    if (head?.operationId !== undefined) head.operationId = head.operationId.replace(/-head$/, '')
  }
  addExamples(document)
  return withNames(document)
}

const keyScheme = {
  type: 'apiKey',
  in: 'header',
  name: 'Authorization',
  description: 'A key of `token/login/`, written as `Token <key>`',
} as const

/** How an access token is sent: AUTH_HEADER_TYPES and AUTH_HEADER_NAME. */
function tokenScheme({ authHeaderTypes, authHeaderName }: DocumentedFacts) {
  const isBearer = authHeaderTypes.some((type) => type.toLowerCase() === 'bearer')
  const scheme = isBearer ? 'bearer' : (authHeaderTypes[0] ?? 'bearer')
  if (authHeaderName.toLowerCase() === 'authorization') return { type: 'http', scheme, bearerFormat: 'JWT' } as const
  const description = `An access token, written as \`${authHeaderTypes[0] ?? 'Bearer'} <token>\``
  return { type: 'apiKey', in: 'header', name: authHeaderName, description } as const
}

/** The security of an operation, with keys where it takes access tokens. */
function withKey(schema: FastifySchema | undefined): Pick<FastifySchema, 'security'> {
  const { security = [] } = schema ?? {}
  return security.some((one) => 'bearer' in one) ? { security: [...security, { key: [] }] } : {}
}

/** `getAdminUsersById`: from the method and the path. Classic operations have a prefix, since some paths are in v1 too. */
function operationIdOf(method: string, url: string, schema: FastifySchema | undefined): string {
  const words = url
    .replace(/^\/api\/v1\//, '')
    .replaceAll(/:(\w+)(\([^)]*\))?/g, 'by-$1')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
  const dialect = ['classic', 'djoser'].filter((tag) => schema?.tags?.includes(tag))
  const [first = '', ...rest] = [...dialect, method.toLowerCase(), ...words]
  return first + rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

const asGet = { type: 'null', description: 'As GET, without a body' }

/** HEAD has the headers of GET and no body (RFC 9110 §9.3.2). */
const headAnswer = { response: { '2xx': asGet, '3xx': asGet, '4xx': asGet, '5xx': asGet } }
