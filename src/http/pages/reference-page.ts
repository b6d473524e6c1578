import type { FastifyInstance } from 'fastify'
import { forDevelopersOnly } from '../client/local-request.ts'
import type { OpenPage } from './open-page.ts'

/** `/docs`: a page to read `/openapi.json` and to try it. It is our own page, so its policy is as strict as everywhere. */
export async function referencePage(server: FastifyInstance, { openPage }: { openPage: OpenPage }): Promise<void> {
  forDevelopersOnly(server)
  for (const url of ['/docs', '/docs/*']) {
    server.get(url, { schema: { hide: true } }, async (request, reply) => openPage(request, reply))
  }
}
