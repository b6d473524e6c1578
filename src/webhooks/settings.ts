import type { Static } from 'typebox'
import { onOff, settingGroup } from '../platform/setting.ts'

export const webhookSettings = settingGroup('Webhooks', {
  allowPrivate: onOff('WEBHOOK_ALLOW_PRIVATE', {
    derivedDefault: 'as `DEBUG`',
    description: 'Whether webhooks may lead into private networks, such as `10.0.0.0/8`, and to this machine itself.',
  }),
})

export type WebhookSettings = Static<typeof webhookSettings>
