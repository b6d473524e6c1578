import type { Static } from 'typebox'
import { duration, orNone, settingGroup } from '../platform/setting.ts'

export const auditSettings = settingGroup('Audit log', {
  retentionMs: orNone(
    duration('AUDIT_RETENTION', {
      default: '400d',
      shortest: '1d',
      description: 'How long events stay in the audit log; `none` for ever.',
    }),
  ),
})

export type AuditSettings = Static<typeof auditSettings>
