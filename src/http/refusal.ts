import { AuthError } from '../errors.ts'

/** What was thrown on the way of a request, as a refusal: ours, one of Fastify's in our words, or else a bug. */
export function refusalOf(error: unknown): AuthError {
  if (error instanceof AuthError) return error
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
  if (status === 413) return new AuthError('payload_too_large')
  if (status === 415) return new AuthError('unsupported_media_type')
  return new AuthError(status >= 400 && status < 500 ? 'invalid_request' : 'internal_error', { cause: error })
}
