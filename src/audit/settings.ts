import type { Static } from 'typebox'
import { duration, orNone, settingGroup } from '../platform/setting.ts'

export const auditSettings = settingGroup('Audit log', {
  retentionMs: orNone(
    duration('AUDIT_RETENTION', {
      default: '400d',
      shortest: '1d',
      description: 'How long the audit log keeps events. `none` keeps them forever.',
    }),
  ),
})

export type AuditSettings = Static<typeof auditSettings>
