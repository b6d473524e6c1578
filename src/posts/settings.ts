import type { Static } from 'typebox'
import { onOff, settingGroup } from '../platform/setting.ts'

export const postSettings = settingGroup('Sample resources', {
  sampleResources: onOff('SAMPLE_RESOURCES', {
    derivedDefault: 'the value of `DEBUG`',
    description:
      'Whether `/api/posts/`, `/api/protected/` and `/dashboard/` exist. Use them to try out tokens. ' +
      'The list of posts shows the newest 1,000.',
  }),
})

export type PostSettings = Static<typeof postSettings>
