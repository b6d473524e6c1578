import type { RequestLike } from './request.ts'
import { checkVerifyOptions, type VerifyOptions } from './requirements.ts'
import type { VerifiedToken } from './verified-token.ts'
import type { Verifier } from './verifier.ts'
import { VerifyError } from './verify-error.ts'

export { authOf } from './auth-of.ts'

declare global {
  namespace Express {
    interface Request {
      /** Who asks. Set by `requireToken`; `authOf(request)` is the same for TypeScript. */
      auth?: VerifiedToken
    }
  }
}

/** What is needed of the answer: Express, Connect and plain `node:http` have it. */
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
 * Middleware for Express and Connect that lets requests with a good access token pass, and sets `request.auth`. It answers
 * all others with 401, 403 or 503. Faults of the program go to `next`.
 *
 * @param options.requires rights that the token must have
 * @throws TypeError if the options are wrong
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
