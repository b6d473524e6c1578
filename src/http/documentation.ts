import Fastify, { type FastifyInstance, type RouteOptions } from 'fastify'
import { basePathOf } from './base-path.ts'
import { withoutCompilers } from './without-compilers.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The OpenAPI document of all routes that are not hidden. */
    openApi(): Promise<object>
  }
}

/** `/openapi.json`, generated from the routes' schemas. Register it before the routes that it describes. */
export async function documentation(
  server: FastifyInstance,
  { accessCookieName, publicUrl }: { accessCookieName: string; publicUrl: string },
): Promise<void> {
  const routes: RouteOptions[] = []
  server.addHook('onRoute', (route) => {
    routes.push(route)
  })
  let document: Promise<object> | undefined
  server.decorate('openApi', () => {
    document ??= describe(routes, accessCookieName, publicUrl)
    return document
  })
  // Generated once, not for every stranger who asks.
  let text: Promise<string> | undefined
  server.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
    text ??= server.openApi().then((made) => JSON.stringify(made))
    return reply.type('application/json; charset=utf-8').send(await text)
  })
}
Object.assign(documentation, { [Symbol.for('skip-override')]: true })

/** In a separate instance, at the first request: most servers are never asked, and this takes 2 MB. */
async function describe(routes: readonly RouteOptions[], accessCookieName: string, publicUrl: string): Promise<object> {
  const { default: swagger } = await import('@fastify/swagger')
  const server = Fastify({ schemaController: withoutCompilers })
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Latchkey',
        version: '1',
        description: 'Authentication for your users: accounts, sessions and tokens.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: basePathOf(publicUrl) || '/' }],
      tags: [
        { name: 'classic', description: 'The contract of Django REST framework with SimpleJWT' },
        { name: 'djoser', description: 'The contract of djoser, if DJOSER is on' },
        { name: 'account', description: 'v1: registration, my account, and operations confirmed by mail' },
        { name: 'login', description: 'v1: log in, refresh, log out' },
        { name: 'sessions', description: 'v1: my sessions and events' },
        { name: 'services', description: 'v1: for other services, with a service credential' },
        { name: 'administration', description: 'v1: for administrators' },
        { name: 'operation', description: 'For those who run the server' },
      ],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
          cookie: { type: 'apiKey', in: 'cookie', name: accessCookieName },
          metrics: { type: 'http', scheme: 'bearer', description: 'METRICS_TOKEN' },
          service: { type: 'http', scheme: 'basic', description: 'One of SERVICE_CREDENTIALS' },
        },
      },
    },
  })
  for (const { method, url, schema } of routes)
    server.route({ method, url, ...(schema && { schema }), handler: async () => {} })
  await server.ready()
  return server.swagger()
}
