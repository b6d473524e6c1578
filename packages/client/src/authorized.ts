import { areOfOneSession, type Grant } from './grant.ts'
import type { Session } from './session.ts'

/** Sends a request with the session's credentials. @param isRepeatable whether its body can be sent twice */
export type Authorized = <T extends { status: number }>(
  attempt: (grant: Grant | undefined) => Promise<T>,
  isRepeatable: boolean,
) => Promise<T>

/**
 * Sends a request with the session's token. After a 401, it sends the request once more with a new token.
 *
 * @throws LatchkeyError if there is no usable token and none can be obtained now. A 401 would look like the end of the
 *   session.
 */
export async function sendAuthorized<T extends { status: number }>(
  { session, now }: { session: Pick<Session, 'usable' | 'renew'>; now: () => number },
  attempt: (grant: Grant | undefined) => Promise<T>,
  isRepeatable: boolean,
): Promise<T> {
  const grant = await session.usable()
  const sentAt = now()
  const first = await attempt(grant)
  if (first.status !== 401) return first
  const next = await session.renew(grant, sentAt)
  // Never in the name of another user, who may have logged in from another tab in the meantime.
  const isSame = next !== undefined && (grant === undefined || areOfOneSession(grant, next))
  return isSame && isRepeatable ? attempt(next) : first
}
