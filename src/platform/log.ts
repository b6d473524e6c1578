import pino, { type Logger } from 'pino'

export type { Logger }

/** Where log lines go: whole lines, each with its newline. */
export type LogSink = (lines: string) => void

/**
 * A log of JSON lines. Lines of one turn of the event loop are handed to the sink together, since writing them one by one
 * costs more than making them.
 *
 * @param level the least severe level that is written
 */
export function createLog(level: string, sink: LogSink): Logger & { flushNow(): void } {
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
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, messageKey: 'message' }
  return Object.assign(pino(options, stream), { flushNow })
}
