import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { referencePage } from './reference-page.ts'

/**
 * `/openapi.json`, made from the routes' schemas, and with `isPageShown` a page at `/docs` to read it. Registered before
 * the routes it is to know.
 */
export async function documentation(server: FastifyInstance, { isPageShown }: { isPageShown: boolean }): Promise<void> {
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
        { name: 'operation', description: 'For those who run the server' },
      ],
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
    },
  })
  server.get('/openapi.json', { schema: { hide: true } }, async () => server.swagger())
  if (isPageShown) await referencePage(server)
}
Object.assign(documentation, { [Symbol.for('skip-override')]: true })
