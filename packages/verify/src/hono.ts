import type { MiddlewareHandler } from 'hono'
import { checkVerifyOptions, type VerifyOptions } from './requirements.ts'
import type { VerifiedToken } from './verified-token.ts'
import type { Verifier } from './verifier.ts'
import { VerifyError } from './verify-error.ts'

/** What `requireToken` adds to the context: `c.get('auth')` says who sent the request. */
export type TokenVariables = { Variables: { auth: VerifiedToken } }

/**
 * Middleware for Hono. It lets requests with a valid access token pass, and sets `auth` in the context. It responds to
 * all others with 401, 403 or 503.
 *
 * @param options.requires rights that the token must have
 * @throws TypeError if the options are invalid
 */
export function requireToken(verifier: Verifier, options: VerifyOptions = {}): MiddlewareHandler<TokenVariables> {
  checkVerifyOptions(options)
  return async (context, next) => {
    try {
      context.set('auth', await verifier.verify(context.req.raw, options))
    } catch (error) {
      if (!(error instanceof VerifyError)) throw error
      return error.toResponse()
    }
    return next()
  }
}
