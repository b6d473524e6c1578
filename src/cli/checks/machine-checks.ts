import type { Check } from '../../flows/upkeep/checks/check.ts'
import { isNodeRecent, LEAST_NODE } from '../../platform/node-version.ts'
import { printableTime } from '../terminal/printable.ts'

/** A correct clock cannot show a time before this version was written. */
const EARLIEST_NOW = Date.UTC(2026, 0, 1)

/** Whether Node and the clock are suitable for a server. */
export function machineChecks(nodeVersion: string, now: number): Check[] {
  const isNodeFit = isNodeRecent(nodeVersion)
  const isClockFit = now >= EARLIEST_NOW
  return [
    isNodeFit
      ? { subject: 'Node', verdict: 'ok', message: nodeVersion }
      : {
          subject: 'Node',
          verdict: 'problem',
          message: `${nodeVersion} is too old; Latchkey needs ${LEAST_NODE} or newer. Start it through npm, which brings its own Node.`,
        },
    isClockFit
      ? { subject: 'clock', verdict: 'ok', message: printableTime(now) }
      : {
          subject: 'clock',
          verdict: 'problem',
          message: `shows ${printableTime(now)}, which is in the past. Synchronise it with NTP.`,
        },
  ]
}
