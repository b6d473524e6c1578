import { AuthError } from '../../errors.ts'
import { isError } from '../../platform/is-error.ts'
import type { Logger } from '../../platform/log.ts'
import { DatabaseUnavailableError } from '../../storage/database-trouble.ts'

/**
 * When a client should try again after a database failure: a restart or a move to another machine takes about this
 * long.
 */
export const DATABASE_RETRY_SECONDS = 5

/**
 * Turns anything thrown during a request into a refusal: one of Latchkey's own, one of Fastify's in Latchkey's words,
 * an outage, or a bug.
 */
export function refusalOf(error: unknown): AuthError {
  if (error instanceof AuthError) return error
  const status = isError(error) && 'statusCode' in error ? Number(error.statusCode) : 500
  if (status === 413) return new AuthError('payload_too_large')
  if (status === 415) return new AuthError('unsupported_media_type')
  if (status >= 400 && status < 500) return new AuthError('invalid_request', { cause: error })
  if (error instanceof DatabaseUnavailableError) {
    return new AuthError('unavailable', { cause: error, retryAfterSeconds: DATABASE_RETRY_SECONDS })
  }
  return new AuthError('internal_error', { cause: error })
}

/** Logs, with its stack, what operators must see: a bug, or a database that is not available. */
export function logFailure(log: Logger, requestId: string, { code, cause }: AuthError): void {
  if (code === 'internal_error') log.error({ requestId, err: cause }, 'unexpected error')
  else if (cause instanceof DatabaseUnavailableError)
    log.error({ requestId, err: cause }, 'the database is not available')
}
