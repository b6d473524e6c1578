import type { Static } from 'typebox'
import { onOff, settingGroup } from '../platform/setting.ts'

export const rateLimitSettings = settingGroup('Rate limits', {
  isOn: onOff('RATE_LIMITS', {
    default: 'on',
    description: 'Whether logins and the like are limited. `off` is for tests and measurements.',
  }),
})

export type RateLimitSettings = Static<typeof rateLimitSettings>
