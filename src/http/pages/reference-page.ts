import Fastify, { type FastifyInstance } from 'fastify'
import { basePathOf } from '../base-path.ts'
import { forDevelopersOnly } from '../local-request.ts'

/** The page contains its own script and styles; nothing comes from another host. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'"

/**
 * `/docs`: a page for reading `/openapi.json`. Its script is 4 MB, so it is loaded at the first visit, into a separate
 * instance.
 */
export async function referencePage(server: FastifyInstance, { publicUrl }: { publicUrl: string }): Promise<void> {
  forDevelopersOnly(server)
  let page: Promise<FastifyInstance> | undefined
  for (const url of ['/docs', '/docs/*']) {
    server.get(url, { schema: { hide: true } }, async (request, reply) => {
      page ??= loadPage(basePathOf(publicUrl))
      const answer = await (await page).inject({ method: 'GET', url: request.url })
      reply.code(answer.statusCode).header('content-security-policy', PAGE_POLICY)
      for (const name of ['content-type', 'location'] as const) {
        const value = answer.headers[name]
        if (value !== undefined) reply.header(name, value)
      }
      return reply.send(answer.rawPayload)
    })
  }
}

async function loadPage(basePath: string): Promise<FastifyInstance> {
  const { default: apiReference } = await import('@scalar/fastify-api-reference')
  const page = Fastify()
  await page.register(apiReference, {
    routePrefix: '/docs',
    configuration: {
      url: `${basePath}/openapi.json`,
      pageTitle: 'Latchkey API',
      withDefaultFonts: false,
      telemetry: false,
    },
  })
  await page.ready()
  return page
}
