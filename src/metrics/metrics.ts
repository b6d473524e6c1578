import type { LoginFailure } from '../audit/events.ts'
import type { FactorType } from '../mfa/factor.ts'
import type { LimitName } from '../rate-limits/limits.ts'
import type { SessionEndReason } from '../sessions/session.ts'
import { type Counter, createCounter, createTally, type Tally } from './counter.ts'
import { createRequestCounts, type RequestCounts } from './request-counts.ts'

type LoginOutcome = 'succeeded' | LoginFailure

/**
 * The outcome of a refresh request. `rotated`: a new refresh token. `reused`: the same, for a token that had been
 * rotated before, because BLACKLIST_AFTER_ROTATION is off. `repeated`: the same new token once more. `not_rotated`:
 * only a new access token, because ROTATE_REFRESH_TOKENS is off. `adopted`: a token of the server that Latchkey
 * replaced. `replayed`: a used token. `refused`: any other reason.
 */
export type RefreshOutcome = 'rotated' | 'reused' | 'repeated' | 'not_rotated' | 'adopted' | 'replayed' | 'refused'

/** The outcome of one delivery attempt. `postponed`: it will be tried again. */
export type DeliveryOutcome = 'delivered' | 'postponed' | 'given_up'

/**
 * Everything this process counts for its operators, since its start. Counting increments a number in memory; it writes
 * nothing and asks the database nothing. Labels have few, known values: no name, id or address of anybody.
 */
export type Metrics = {
  requests: RequestCounts
  logins: Counter<LoginOutcome>
  /** Logins that had to wait: for a second factor, or until one is set up. */
  challenges: Counter<'second_factor' | 'enrolment'>
  /** Factors that completed a login or proved a session, and attempts to do so that were wrong. */
  rightFactors: Counter<FactorType>
  wrongFactors: Counter<FactorType>
  refreshes: Counter<RefreshOutcome>
  /** Tokens of the replaced server. */
  carriedOver: Counter<'access' | 'refresh'>
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
  unverifiable_hash: true,
  inactive_account: true,
  unverified_email: true,
  refused_by_hook: true,
  wrong_second_factor: true,
  wrong_passkey: true,
  wrong_mailed_code: true,
} as const satisfies Record<LoginOutcome, true>

/** Reasons that are recorded when they happen. The others follow from other facts and have no moment of their own. */
const recordedEndReasons: readonly SessionEndReason[] = [
  'logout',
  'logged_out_elsewhere',
  'password_changed',
  'password_reset',
  'replayed',
  'administrator',
  'key_retired',
  'too_many_sessions',
]

const deliveryOutcomes: readonly DeliveryOutcome[] = ['delivered', 'postponed', 'given_up']

const factors = Object.keys({
  totp: true,
  passkey: true,
  mailed_code: true,
  recovery_code: true,
} as const satisfies Record<FactorType, true>) as FactorType[]

/** Starts to count. @param limits the names of all rate limits */
export function createMetrics(limits: readonly LimitName[]): Metrics {
  return {
    requests: createRequestCounts(),
    logins: createCounter(Object.keys(loginOutcomes) as LoginOutcome[]),
    challenges: createCounter(['second_factor', 'enrolment']),
    rightFactors: createCounter(factors),
    wrongFactors: createCounter(factors),
    refreshes: createCounter(['rotated', 'reused', 'repeated', 'not_rotated', 'adopted', 'replayed', 'refused']),
    carriedOver: createCounter(['access', 'refresh']),
    endedSessions: createCounter(recordedEndReasons),
    rateLimitRefusals: createCounter(limits),
    hashingRefusals: createTally(),
    mailDeliveries: createCounter(deliveryOutcomes),
    webhookDeliveries: createCounter(deliveryOutcomes),
    databaseErrors: createTally(),
  }
}
