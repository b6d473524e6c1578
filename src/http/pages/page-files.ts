import type { FastifyInstance } from 'fastify'
import type { BuiltPages } from './built-pages.ts'

/** Files get a new name when they change, so browsers may keep them forever. */
const IMMUTABLE = 'public, max-age=31536000, immutable'

/** `/pages/…`: scripts and styles of the pages, compressed in advance. */
export async function pageFiles(server: FastifyInstance, { built }: { built: BuiltPages }): Promise<void> {
  server.route<{ Params: { name: string } }>({
    method: ['GET', 'HEAD'],
    url: '/pages/:name',
    schema: { hide: true },
    handler: async (request, reply) => {
      const { name } = request.params
      const file = built.files.get(name)
      if (file === undefined) return reply.callNotFound()
      const encoding = file.encodings.find((one) => accepts(request.headers['accept-encoding'], one))
      const content = await built.read(name, encoding)
      // The package was replaced while this server runs.
      if (content === undefined) return reply.callNotFound()
      reply.headers({
        'cache-control': IMMUTABLE,
        'content-type': file.mediaType,
        vary: 'Accept-Encoding',
        ...(encoding && { 'content-encoding': encoding }),
      })
      return reply.send(content)
    },
  })
}

/** Whether an `Accept-Encoding` header accepts a coding (RFC 9110 §12.5.3). */
function accepts(header: string | undefined, coding: string): boolean {
  return (header ?? '').split(',').some((item) => {
    const [name = '', ...parameters] = item.toLowerCase().split(';')
    return name.trim() === coding && !parameters.some((one) => /^\s*q=0(\.0*)?\s*$/.test(one))
  })
}
