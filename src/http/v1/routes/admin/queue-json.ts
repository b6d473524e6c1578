import { AuthError } from '../../../../errors.ts'
import type { FailingLane } from '../../../../queue/lane-store.ts'
import { wireTime } from '../../wire.ts'

/** The id of an email or a webhook in the path. @throws AuthError `not_found` if it is not an id, without a query */
export function readQueueId({ id = '' }: Readonly<Record<string, string>>): string {
  if (/^[0-9a-f]{32}$/.test(id)) return id
  throw new AuthError('not_found')
}

/** Since when a destination fails, and when it is tried again. */
export function presentFailing({ failingSince, retryAt, lastError }: FailingLane) {
  return { since: wireTime(failingSince), retry_at: wireTime(retryAt), last_error: lastError }
}
