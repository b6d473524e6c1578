/** What there is to know of one metric. */
export type MetricFacts = {
  type: 'counter' | 'gauge' | 'histogram'
  help: string
  labels: readonly string[]
}

/**
 * Every metric of Latchkey's own, by name, as it is exposed and as the manual lists it. Names follow the conventions of
 * Prometheus: base units, `_total` for what only grows, and labels whose values are few and known beforehand.
 */
export const metricCatalogue = {
  latchkey_build_info: { type: 'gauge', labels: ['version'], help: 'Always 1; the label says which version runs.' },
  latchkey_http_requests_total: {
    type: 'counter',
    labels: ['method', 'route', 'status'],
    help:
      "Requests that were answered, by the route's pattern and the first digit of the status. The route `unmatched` is " +
      'every path that is none of ours.',
  },
  latchkey_http_request_duration_seconds: {
    type: 'histogram',
    labels: ['method', 'route'],
    help: 'How long requests took from their arrival to their answer.',
  },
  latchkey_logins_total: {
    type: 'counter',
    labels: ['outcome'],
    help:
      'Attempts to log in that were looked into. What limits or the hashing queue turned away before that is counted ' +
      'with those.',
  },
  latchkey_refreshes_total: {
    type: 'counter',
    labels: ['outcome'],
    help:
      'Requests for new tokens. `repeated` got the same successor once more, `replayed` is a refresh token that was used ' +
      'before: stolen, or kept by a careless client.',
  },
  latchkey_sessions_ended_total: {
    type: 'counter',
    labels: ['reason'],
    help:
      'Sessions that somebody or something ended. Those that end by themselves (`idle`, `expired`) or with their account ' +
      'do so at no moment of their own and are not counted.',
  },
  latchkey_password_hashing_running: { type: 'gauge', labels: [], help: 'Passwords that are being hashed right now.' },
  latchkey_password_hashing_queued: { type: 'gauge', labels: [], help: 'Passwords that wait to be hashed.' },
  latchkey_password_hashing_refused_total: {
    type: 'counter',
    labels: [],
    help: 'Passwords that were not hashed since too many waited: answers 503 to logins and registrations.',
  },
  latchkey_rate_limit_refusals_total: {
    type: 'counter',
    labels: ['limit'],
    help: 'Requests that a rate limit refused: answers 429.',
  },
  latchkey_mail_waiting: {
    type: 'gauge',
    labels: [],
    help: 'Mail in the outbox that is yet to be sent, by any process.',
  },
  latchkey_mail_oldest_waiting_seconds: {
    type: 'gauge',
    labels: [],
    help: 'How long the oldest mail in the outbox has waited; 0 if none does.',
  },
  latchkey_mail_deliveries_total: {
    type: 'counter',
    labels: ['outcome'],
    help: 'Attempts to send a mail. `postponed` is tried again, `given_up` is not.',
  },
  latchkey_webhook_deliveries_waiting: {
    type: 'gauge',
    labels: [],
    help: 'Events that webhooks which are enabled are yet to be told, by any process.',
  },
  latchkey_webhook_deliveries_oldest_waiting_seconds: {
    type: 'gauge',
    labels: [],
    help: 'How long the oldest of them has waited; 0 if none does.',
  },
  latchkey_webhook_deliveries_total: {
    type: 'counter',
    labels: ['outcome'],
    help: 'Attempts to tell a webhook. `postponed` is tried again, `given_up` is not.',
  },
  latchkey_database_up: {
    type: 'gauge',
    labels: [],
    help: 'Whether the database answered this very request in time: 1 or 0. If not, what is read from it is left out.',
  },
  latchkey_database_errors_total: {
    type: 'counter',
    labels: [],
    help:
      'Statements and commits that failed, and connections that were not made. Texts that are taken and transactions ' +
      'that are tried again are none.',
  },
} as const satisfies Record<string, MetricFacts>

export type MetricName = keyof typeof metricCatalogue
