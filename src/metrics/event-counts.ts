import type { CommittedEvent } from '../audit/committed-events.ts'
import type { Metrics } from './metrics.ts'

/** Counts what is in the audit log anyway, so that no flow needs to think of it and log and counters say the same. */
export function countEvent({ logins, endedSessions }: Metrics, { event, fields }: CommittedEvent): void {
  if (event === 'login.succeeded') logins.add('succeeded')
  else if (event === 'login.failed') logins.add(fields.reason)
  else if (event === 'session.ended') endedSessions.add(fields.reason)
}
