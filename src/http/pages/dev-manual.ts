import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { forDevelopersOnly } from '../client/local-request.ts'
import type { OpenPage } from './open-page.ts'

/** `docs/`, seen from `src/http/pages/` as well as from `dist/http/pages/`. */
const FOLDER = join(import.meta.dirname, '../../../docs')

/** The names of the manual's pages, including the decisions. None of them leads out of the folder. */
const PAGE = /^(decisions\/)?[\w-]+\.md$/

/** `/dev/manual/`: the manual of the running version, for people who work with a development server. */
export async function devManual(server: FastifyInstance, { openPage }: { openPage: OpenPage }): Promise<void> {
  forDevelopersOnly(server)
  const schema = { hide: true }
  server.get('/dev/manual', { schema }, async (request, reply) => openPage(request, reply))
  server.get('/dev/manual/*', { schema }, async (request, reply) => openPage(request, reply))
  server.get<{ Params: { '*': string } }>('/dev/manual-text/*', { schema }, async (request, reply) => {
    const name = request.params['*']
    const text = PAGE.test(name) ? await readFile(join(FOLDER, name), 'utf8').catch(() => undefined) : undefined
    return text === undefined ? reply.callNotFound() : reply.type('text/markdown; charset=utf-8').send(text)
  })
}
