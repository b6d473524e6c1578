import type { FastifyServerOptions } from 'fastify'

/**
 * Schemas document what routes accept and return; the contracts check requests by their own rules. Fastify's compilers
 * would be unused and take 4 MB, so they are not loaded. Fastify's types know no validators but its own.
 */
export const withoutCompilers = {
  compilersFactory: { buildValidator: () => () => () => true, buildSerializer: () => () => JSON.stringify },
} as unknown as NonNullable<FastifyServerOptions['schemaController']>
