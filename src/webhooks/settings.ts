import type { Static } from 'typebox'
import { duration, integer, onOff, settingGroup } from '../platform/setting.ts'

export const webhookSettings = settingGroup('Webhooks', {
  allowPrivate: onOff('WEBHOOK_ALLOW_PRIVATE', {
    derivedDefault: 'the value of `DEBUG`',
    description: 'Whether webhooks may connect to private networks, such as `10.0.0.0/8`, and to this machine.',
  }),
  queueLimit: integer('WEBHOOK_QUEUE_LIMIT', {
    default: '1000000',
    minimum: 1,
    maximum: 100_000_000,
    description:
      'How many events may wait for one webhook. The oldest events beyond that are given up. Each takes about 1 kB in the ' +
      'database.',
  }),
  queueAgeMs: duration('WEBHOOK_QUEUE_AGE', {
    default: '7d',
    shortest: '1h',
    description: 'How long an event may wait for a webhook that does not answer. Then it is given up.',
  }),
})

export type WebhookSettings = Static<typeof webhookSettings>
