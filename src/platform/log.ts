// Not the global timer, because an application's tests may have replaced it with a fake one, and then nothing would be
// logged.
import { setImmediate } from 'node:timers'
import pino, { type Logger } from 'pino'
import { systemClock } from './clock.ts'

export type { Logger }

/** Writes log lines: complete lines, each with its newline. */
type WriteLines = (lines: string) => void

/**
 * A log of JSON lines. It passes all lines of one turn of the event loop to the sink together, because writing them one
 * by one costs more than creating them.
 *
 * @param level the lowest level that is written
 */
export function createLog(level: string, sink: WriteLines): Logger & { flushNow(): void } {
  let pending = ''
  function flushNow(): void {
    const lines = pending
    pending = ''
    if (lines !== '') sink(lines)
  }
  const stream = {
    write(line: string) {
      if (pending === '') setImmediate(flushNow)
      pending += line
    },
  }
  const options = { level, base: null, timestamp: createTimestamp(), messageKey: 'message' }
  return Object.assign(pino(options, stream), { flushNow })
}

/** The member `time` of a line, in ISO 8601. It is formatted once for all lines of a millisecond. */
function createTimestamp(): () => string {
  let writtenAt: number | undefined
  let member = ''
  return () => {
    const now = systemClock.now()
    if (now !== writtenAt) {
      writtenAt = now
      member = `,"time":"${new Date(now).toISOString()}"`
    }
    return member
  }
}
