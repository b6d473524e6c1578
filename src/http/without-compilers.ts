import type { FastifyServerOptions } from 'fastify'

/**
 * Schemas document what routes take and answer; the contracts check requests by rules of their own. Fastify's compilers,
 * which nobody would use, take 4 MB, so they are not even loaded. Its types know no validators but theirs.
 */
export const withoutCompilers = {
  compilersFactory: { buildValidator: () => () => () => true, buildSerializer: () => () => JSON.stringify },
} as unknown as NonNullable<FastifyServerOptions['schemaController']>
