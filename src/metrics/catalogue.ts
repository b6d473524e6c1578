/** The facts about one metric. */
export type MetricFacts = {
  type: 'counter' | 'gauge' | 'histogram'
  help: string
  labels: readonly string[]
}

/**
 * Every metric of Latchkey's own, by name, as exposed and as listed in the manual. Names follow the conventions of
 * Prometheus: base units, `_total` for counters, and labels with few, known values.
 */
export const metricCatalogue = {
  latchkey_build_info: {
    type: 'gauge',
    labels: ['version'],
    help: 'Always 1. The label contains the running version.',
  },
  latchkey_http_requests_total: {
    type: 'counter',
    labels: ['method', 'route', 'status'],
    help:
      'Answered requests, by route pattern and first digit of the status. `unmatched` stands for every path ' +
      'without a route.',
  },
  latchkey_http_request_duration_seconds: {
    type: 'histogram',
    labels: ['method', 'route'],
    help: 'Time from the arrival of a request to its response.',
  },
  latchkey_logins_total: {
    type: 'counter',
    labels: ['outcome'],
    help:
      'Login attempts whose credentials were checked. Attempts refused earlier count in ' +
      '`latchkey_rate_limit_refusals_total` or `latchkey_password_hashing_refused_total` instead.',
  },
  latchkey_login_challenges_total: {
    type: 'counter',
    labels: ['waits_for'],
    help:
      'Logins whose first proof was right and that then had to wait: for a `second_factor`, or for the `enrolment` of one. Compare ' +
      'with `latchkey_factor_proofs_total`: an attacker who knows passwords but has no factor leaves challenges open.',
  },
  latchkey_factor_proofs_total: {
    type: 'counter',
    labels: ['factor', 'outcome'],
    help:
      'Second factors, passkeys and codes presented at logins and at step-ups of a session: `right` or `wrong`. A passkey alone ' +
      'counts too, and so does a login by email.',
  },
  latchkey_refreshes_total: {
    type: 'counter',
    labels: ['outcome'],
    help:
      'Refresh requests. `repeated` received the same new token once more. `replayed` presented a used token: ' +
      'it was stolen, or a client keeps old tokens. `reused` did so too, and got new tokens because ' +
      'BLACKLIST_AFTER_ROTATION is off.',
  },
  latchkey_carried_over_total: {
    type: 'counter',
    labels: ['use'],
    help:
      'Tokens of the replaced server that were accepted by CARRY_OVER_SECRET: `access` tokens, each time one is presented, and ' +
      '`refresh` tokens. When it stops increasing, nobody needs the carry-over any more.',
  },
  latchkey_rotated_token_sessions: {
    type: 'gauge',
    labels: [],
    help:
      'Sessions that presented an already rotated refresh token in the last 24 hours. BLACKLIST_AFTER_ROTATION ' +
      'would have logged them out.',
  },
  latchkey_rotated_token_accounts: {
    type: 'gauge',
    labels: [],
    help: 'Accounts with such a session.',
  },
  latchkey_sessions_ended_total: {
    type: 'counter',
    labels: ['reason'],
    help:
      'Sessions ended by someone or something. Sessions that expire (`idle`, `expired`) or end with their ' +
      'account are not counted, because nothing happens at that moment. One server counts the sessions that the command line ends, within seconds.',
  },
  latchkey_password_hashing_running: { type: 'gauge', labels: [], help: 'Passwords being hashed right now.' },
  latchkey_password_hashing_queued: { type: 'gauge', labels: [], help: 'Passwords waiting to be hashed.' },
  latchkey_password_hashing_refused_total: {
    type: 'counter',
    labels: [],
    help: 'Passwords not hashed because the queue was full. These logins and registrations got 503.',
  },
  latchkey_rate_limit_refusals_total: {
    type: 'counter',
    labels: ['limit'],
    help: 'Requests refused by a rate limit with 429.',
  },
  latchkey_mail_waiting: {
    type: 'gauge',
    labels: [],
    help: 'Mail in the outbox that is waiting to be sent, by any process.',
  },
  latchkey_mail_oldest_waiting_seconds: {
    type: 'gauge',
    labels: [],
    help: 'How long the oldest email in the outbox has been waiting, by any process; 0 if none is waiting.',
  },
  latchkey_mail_deliveries_total: {
    type: 'counter',
    labels: ['outcome'],
    help: 'Attempts to send an email. `postponed` will be tried again; `given_up` will not.',
  },
  latchkey_webhook_deliveries_waiting: {
    type: 'gauge',
    labels: [],
    help: 'Events that are waiting to be delivered to enabled webhooks, by any process.',
  },
  latchkey_webhook_deliveries_oldest_waiting_seconds: {
    type: 'gauge',
    labels: [],
    help: 'How long the oldest of these events has been waiting, by any process; 0 if none is waiting.',
  },
  latchkey_webhook_deliveries_total: {
    type: 'counter',
    labels: ['outcome'],
    help: 'Attempts to deliver an event to a webhook. `postponed` will be tried again; `given_up` will not.',
  },
  latchkey_database_up: {
    type: 'gauge',
    labels: [],
    help: 'Whether the database answered during this scrape: 1 or 0. If 0, metrics from the database are missing.',
  },
  latchkey_database_errors_total: {
    type: 'counter',
    labels: [],
    help:
      'Failed statements, commits and connection attempts. Uniqueness conflicts and retried transactions do ' +
      'not count.',
  },
} as const satisfies Record<string, MetricFacts>

export type MetricName = keyof typeof metricCatalogue
