import type { FastifyReply, FastifyRequest } from 'fastify'
import { checkVerifyOptions, type VerifyOptions } from './requirements.ts'
import type { VerifiedToken } from './verified-token.ts'
import type { Verifier } from './verifier.ts'
import { VerifyError } from './verify-error.ts'

export { authOf } from './auth-of.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sent the request. Set by `requireToken`. `authOf(request)` is the same for TypeScript. */
    auth?: VerifiedToken
  }
}

type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

/**
 * A hook for Fastify. It lets requests with a valid access token pass, and sets `request.auth`. It responds to all
 * others with 401, 403 or 503. Use it as `onRequest`, so that a stranger's body is not even read.
 *
 * @param options.requires rights that the token must have
 * @throws TypeError if the options are invalid
 */
export function requireToken(verifier: Verifier, options: VerifyOptions = {}): Hook {
  checkVerifyOptions(options)
  return async (request, reply) => {
    try {
      request.auth = await verifier.verify(request, options)
    } catch (error) {
      if (!(error instanceof VerifyError)) throw error
      return reply.code(error.status).headers(error.headers()).send(JSON.stringify(error.problem()))
    }
  }
}
