import type { Static } from 'typebox'
import { onOff, settingGroup } from '../platform/setting.ts'

export const webhookSettings = settingGroup('Webhooks', {
  allowPrivate: onOff('WEBHOOK_ALLOW_PRIVATE', {
    derivedDefault: 'the value of `DEBUG`',
    description: 'Whether webhooks may connect to private networks, such as `10.0.0.0/8`, and to this machine.',
  }),
})

export type WebhookSettings = Static<typeof webhookSettings>
