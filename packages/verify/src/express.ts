import type { RequestLike } from './request.ts'
import { checkVerifyOptions, type VerifyOptions } from './requirements.ts'
import type { VerifiedToken } from './verified-token.ts'
import type { Verifier } from './verifier.ts'
import { VerifyError } from './verify-error.ts'

export { authOf } from './auth-of.ts'

declare global {
  namespace Express {
    interface Request {
      /** Who sent the request. Set by `requireToken`. `authOf(request)` is the same for TypeScript. */
      auth?: VerifiedToken
    }
  }
}

/** The part of the response that is used here. Express, Connect and plain `node:http` have it. */
type ServerResponseLike = {
  writeHead(status: number, headers: Record<string, string>): unknown
  end(body: string): unknown
}

type Middleware = (
  request: RequestLike & { auth?: VerifiedToken },
  response: ServerResponseLike,
  next: (error?: unknown) => void,
) => Promise<void>

/**
 * Middleware for Express and Connect. It lets requests with a valid access token pass, and sets `request.auth`. It
 * responds to all others with 401, 403 or 503. Errors in the program go to `next`.
 *
 * @param options.requires rights that the token must have
 * @throws TypeError if the options are invalid
 */
export function requireToken(verifier: Verifier, options: VerifyOptions = {}): Middleware {
  checkVerifyOptions(options)
  return async (request, response, next) => {
    try {
      request.auth = await verifier.verify(request, options)
    } catch (error) {
      if (!(error instanceof VerifyError)) return next(error)
      response.writeHead(error.status, error.headers())
      response.end(JSON.stringify(error.problem()))
      return
    }
    next()
  }
}
