import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { referencePage } from './reference-page.ts'

/**
 * `/openapi.json`, made from the routes' schemas, and with `isPageShown` a page at `/docs` to read it. Registered before
 * the routes it is to know.
 */
export async function documentation(
  server: FastifyInstance,
  { isPageShown, accessCookieName }: { isPageShown: boolean; accessCookieName: string },
): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Latchkey',
        version: '1',
        description: 'Authentication for your users: accounts, sessions and tokens.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/' }],
      tags: [
        { name: 'classic', description: 'The contract of Django REST framework with SimpleJWT' },
        { name: 'account', description: 'v1: sign up, one’s own account, and what is done by way of the mailbox' },
        { name: 'login', description: 'v1: log in, refresh, log out' },
        { name: 'sessions', description: 'v1: one’s own sessions, and what happened to them' },
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
  server.get('/openapi.json', { schema: { hide: true } }, async () => server.swagger())
  if (isPageShown) await referencePage(server)
}
// As fastify-plugin does it: the routes that are registered beside it are seen, not only those within.
Object.assign(documentation, { [Symbol.for('skip-override')]: true })
