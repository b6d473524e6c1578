import type { LoginFailure } from '../audit/events.ts'
import type { LimitName } from '../rate-limits/limits.ts'
import type { SessionEndReason } from '../sessions/session.ts'
import { type Counter, createCounter, createTally, type Tally } from './counter.ts'
import { createRequestCounts, type RequestCounts } from './request-counts.ts'

type LoginOutcome = 'succeeded' | LoginFailure

/**
 * What a request for new tokens came to. `rotated`: a new refresh token. `repeated`: the same successor once more.
 * `not_rotated`: only a new access token, ROTATE_REFRESH_TOKENS being off. `adopted`: a token of the server that was here
 * before. `replayed`: it was used before. `refused`: for any other reason.
 */
export type RefreshOutcome = 'rotated' | 'repeated' | 'not_rotated' | 'adopted' | 'replayed' | 'refused'

/** What one attempt to deliver came to. `postponed`: it is tried again. */
export type DeliveryOutcome = 'delivered' | 'postponed' | 'given_up'

/**
 * What this process counts for its operators, from its start on. Counting is a number that grows in memory; nothing of it
 * is written anywhere or costs a question to the database. Labels have few values, known beforehand: no name, id or
 * address of anybody.
 */
export type Metrics = {
  requests: RequestCounts
  logins: Counter<LoginOutcome>
  refreshes: Counter<RefreshOutcome>
  endedSessions: Counter<SessionEndReason>
  rateLimitRefusals: Counter<LimitName>
  hashingRefusals: Tally
  mailDeliveries: Counter<DeliveryOutcome>
  webhookDeliveries: Counter<DeliveryOutcome>
  databaseErrors: Tally
}

const loginOutcomes = {
  succeeded: true,
  unknown_account: true,
  wrong_password: true,
  inactive_account: true,
  unverified_email: true,
  refused_by_hook: true,
} as const satisfies Record<LoginOutcome, true>

/** Those that are written down when they happen; the others follow from other facts, with no moment of their own. */
const recordedEndReasons: readonly SessionEndReason[] = [
  'logout',
  'logged_out_elsewhere',
  'password_changed',
  'password_reset',
  'replayed',
  'administrator',
  'key_retired',
]

const deliveryOutcomes: readonly DeliveryOutcome[] = ['delivered', 'postponed', 'given_up']

/** Begins to count. @param limits the names of all rate limits */
export function createMetrics(limits: readonly LimitName[]): Metrics {
  return {
    requests: createRequestCounts(),
    logins: createCounter(Object.keys(loginOutcomes) as LoginOutcome[]),
    refreshes: createCounter(['rotated', 'repeated', 'not_rotated', 'adopted', 'replayed', 'refused']),
    endedSessions: createCounter(recordedEndReasons),
    rateLimitRefusals: createCounter(limits),
    hashingRefusals: createTally(),
    mailDeliveries: createCounter(deliveryOutcomes),
    webhookDeliveries: createCounter(deliveryOutcomes),
    databaseErrors: createTally(),
  }
}
