import swagger from '@fastify/swagger'
import apiReference from '@scalar/fastify-api-reference'
import type { FastifyInstance } from 'fastify'

/** The reference page brings its own script and styles; nothing comes from another host. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'"

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
  if (!isPageShown) return
  server.addHook('onSend', async (request, reply) => {
    if (request.url.startsWith('/docs')) reply.header('content-security-policy', PAGE_POLICY)
  })
  await server.register(apiReference, {
    routePrefix: '/docs',
    configuration: { url: '/openapi.json', withDefaultFonts: false, telemetry: false },
  })
}
Object.assign(documentation, { [Symbol.for('skip-override')]: true })
