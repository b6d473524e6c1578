import type { Static } from 'typebox'
import { onOff, settingGroup } from '../platform/setting.ts'

export const postSettings = settingGroup('Sample resources', {
  sampleResources: onOff('SAMPLE_RESOURCES', {
    derivedDefault: 'as `DEBUG`',
    description: 'Whether `/api/posts/`, `/api/protected/` and `/dashboard/` exist, to try tokens on.',
  }),
})

export type PostSettings = Static<typeof postSettings>
