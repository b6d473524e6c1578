/** How much of the log may wait for a slow reader, in bytes. */
const WAITING_LIMIT = 4 * 1_048_576

type Output = NodeJS.WritableStream & { writableLength?: number }

/** The destination of the lines of a log. It counts the lines that nobody takes. */
type LogSink = {
  /** Writes complete lines, or counts them as lost. */
  write(lines: string): void
  /** How many lines were lost until now. */
  readonly lost: number
}

/**
 * Writes a log to a stream whose reader may stall or exit: the server keeps running, with bounded memory.
 *
 * @param say tells a person, on another stream, that lines are lost and, once the reader continues, how many
 */
export function createLogSink(output: Output, say: (sentence: string) => void): LogSink {
  let lost = 0
  let lostInARow = 0
  let isGone = false

  output.on('error', (error) => {
    if (isGone) return
    isGone = true
    say(`The log can no longer be written (${error.message}). The server continues without it.`)
  })

  function lose(lines: string): void {
    const count = lines.split('\n').length - 1
    if (lostInARow === 0 && !isGone)
      say('The program that reads the log is too slow. Lines are lost until it catches up.')
    lost += count
    lostInARow += count
  }

  return {
    write(lines) {
      if (isGone || (output.writableLength ?? 0) > WAITING_LIMIT) return lose(lines)
      if (lostInARow > 0) {
        say(`The program that reads the log has caught up. ${lostInARow} lines were lost.`)
        lostInARow = 0
      }
      output.write(lines)
    },
    get lost() {
      return lost
    },
  }
}
