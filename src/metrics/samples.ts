import type { MetricName } from './catalogue.ts'
import type { Counter } from './counter.ts'
import type { Metrics } from './metrics.ts'
import type { Backlog, Readings } from './readings.ts'
import type { RequestSeries } from './request-counts.ts'

/** The metrics whose values Latchkey counts itself; durations are observed one by one. */
export type CollectedName = Exclude<MetricName, 'latchkey_http_request_duration_seconds'>

/** One line of the exposition. */
export type Sample = {
  labels: Readonly<Record<string, string>>
  value: number
}

/** The value of every metric now. Unknown values are left out. */
export function samplesOf(metrics: Metrics, readings: Readings): Record<CollectedName, Sample[]> {
  const { requests } = metrics
  const { hashing, stored } = readings
  return {
    latchkey_build_info: [{ labels: { version: readings.version }, value: 1 }],
    latchkey_http_requests_total: requests.series.flatMap(requestSamples),
    latchkey_logins_total: countSamples('outcome', metrics.logins),
    latchkey_login_challenges_total: countSamples('waits_for', metrics.challenges),
    latchkey_factor_proofs_total: [
      ...factorSamples('right', metrics.rightFactors),
      ...factorSamples('wrong', metrics.wrongFactors),
    ],
    latchkey_refreshes_total: countSamples('outcome', metrics.refreshes),
    latchkey_carried_over_total: countSamples('use', metrics.carriedOver),
    latchkey_rotated_token_sessions: stored === undefined ? [] : single(stored.rotatedTokens.sessions),
    latchkey_rotated_token_accounts: stored === undefined ? [] : single(stored.rotatedTokens.accounts),
    latchkey_sessions_ended_total: countSamples('reason', metrics.endedSessions),
    latchkey_password_hashing_running: single(hashing.running),
    latchkey_password_hashing_queued: single(hashing.queued),
    latchkey_password_hashing_refused_total: single(metrics.hashingRefusals.count),
    latchkey_rate_limit_refusals_total: countSamples('limit', metrics.rateLimitRefusals),
    latchkey_mail_waiting: waiting(stored?.mail),
    latchkey_mail_oldest_waiting_seconds: oldest(stored?.mail),
    latchkey_mail_deliveries_total: countSamples('outcome', metrics.mailDeliveries),
    latchkey_webhook_deliveries_waiting: waiting(stored?.webhooks),
    latchkey_webhook_deliveries_oldest_waiting_seconds: oldest(stored?.webhooks),
    latchkey_webhook_deliveries_total: countSamples('outcome', metrics.webhookDeliveries),
    latchkey_database_up: single(stored === undefined ? 0 : 1),
    latchkey_database_errors_total: single(metrics.databaseErrors.count),
  }
}

function single(value: number): Sample[] {
  return [{ labels: {}, value }]
}

function waiting(backlog: Backlog | undefined): Sample[] {
  return backlog === undefined ? [] : single(backlog.waiting)
}

function oldest(backlog: Backlog | undefined): Sample[] {
  return backlog === undefined ? [] : single(backlog.oldestSeconds)
}

function countSamples(label: string, { counts }: Counter<string>): Sample[] {
  return [...counts].map(([is, value]) => ({ labels: { [label]: is }, value }))
}

function factorSamples(outcome: string, { counts }: Counter<string>): Sample[] {
  return [...counts].map(([factor, value]) => ({ labels: { factor, outcome }, value }))
}

function requestSamples({ method, route, statuses }: RequestSeries): Sample[] {
  return [...statuses].map(([status, value]) => ({ labels: { method, route, status }, value }))
}
