import type { RequestLike } from './request.ts'
import { checkVerifyOptions, type VerifyOptions } from './requirements.ts'
import type { VerifiedToken } from './verified-token.ts'
import type { Verifier } from './verifier.ts'
import { VerifyError } from './verify-error.ts'

/** What Next.js passes to a route handler beside the request. For a catch-all segment, declare the type of `params`: lists. */
export type RouteContext = { params: Promise<Record<string, string>> }

/**
 * Wraps a route handler of Next.js, so that only requests with a valid access token reach it. It responds to all others
 * with 401, 403 or 503.
 *
 * @param handler receives the request, who sent it, and the context with the `params` of the route
 * @param options.requires rights that the token must have
 * @throws TypeError if the options are invalid
 */
export function requireToken<Asked extends RequestLike = Request, Context = RouteContext>(
  verifier: Verifier,
  handler: (request: Asked, auth: VerifiedToken, context: Context) => Response | Promise<Response>,
  options: VerifyOptions = {},
): (request: Asked, context: Context) => Promise<Response> {
  checkVerifyOptions(options)
  return async (request, context) => {
    let auth: VerifiedToken
    try {
      auth = await verifier.verify(request, options)
    } catch (error) {
      if (!(error instanceof VerifyError)) throw error
      return error.toResponse()
    }
    return handler(request, auth, context)
  }
}
