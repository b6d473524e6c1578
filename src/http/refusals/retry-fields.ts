import type { FastifyReply } from 'fastify'
import type { AuthError } from '../../errors.ts'

/** When to try again if nobody knows how long it takes. */
const RETRY_SECONDS = 5

/**
 * Says when to try again and, for a limit, which one it was: `RateLimit-Policy` and `RateLimit`
 * (draft-ietf-httpapi-ratelimit-headers-10 §§3, 4). Only refusals have these headers: a client cannot plan with a count
 * that only failures increase.
 */
export function sendRetryFields(reply: FastifyReply, { code, limit, ...refusal }: AuthError): void {
  const isPassing = code === 'unavailable' || code === 'overloaded'
  const { retryAfterSeconds = isPassing ? RETRY_SECONDS : undefined } = refusal
  if (retryAfterSeconds === undefined) return
  reply.header('retry-after', retryAfterSeconds)
  if (limit === undefined) return
  reply.header('ratelimit-policy', `"${limit.name}";q=${limit.count};w=${limit.windowSeconds}`)
  reply.header('ratelimit', `"${limit.name}";r=0;t=${retryAfterSeconds}`)
}
