import { expect, it } from 'vitest'
import type { AuditActor } from '../audit/events.ts'
import { countEvent } from './event-counts.ts'
import { createMetrics } from './metrics.ts'

it('does not count what the command line ended when a server ends the rows: one process counts that from the log', () => {
  const metrics = createMetrics([])
  const end = (actor: AuditActor) =>
    countEvent(metrics, {
      event: 'session.ended',
      fields: {
        accountId: 1,
        sessionId: 'one',
        reason: 'administrator',
        origin: { actor, address: '', userAgent: '' },
      },
    })
  end('command_line')
  end({ accountId: 2 })
  expect(metrics.endedSessions.counts.get('administrator')).toBe(1)
})
