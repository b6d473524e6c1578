import type { CommittedEvent } from '../audit/committed-events.ts'
import type { Metrics } from './metrics.ts'

/** Counts what the audit log records, so that no flow has to remember to count, and log and counters agree. */
export function countEvent(
  { logins, challenges, rightFactors, wrongFactors, endedSessions }: Metrics,
  { event, fields }: CommittedEvent,
): void {
  if (event === 'login.succeeded') logins.add('succeeded')
  else if (event === 'login.failed') logins.add(fields.reason)
  else if (event === 'login.challenged') challenges.add(fields.factors.length === 0 ? 'enrolment' : 'second_factor')
  // What the command line ended is counted from the audit log, by one process, even if a server ends the rows.
  else if (event === 'session.ended' && fields.origin.actor !== 'command_line') endedSessions.add(fields.reason)
  if ((event === 'login.succeeded' || event === 'session.proven') && fields.factor) rightFactors.add(fields.factor)
  if (event === 'login.failed' && fields.factor) wrongFactors.add(fields.factor)
}
