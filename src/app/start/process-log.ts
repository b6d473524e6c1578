import type { Config } from '../../config/config.ts'
import { createLog } from '../../platform/log.ts'
import { createLogSink } from '../../platform/log-sink.ts'
import { readableLines } from '../../platform/readable-log.ts'

/**
 * The log of a server process, written to one of its streams: as JSON lines, or as lines for people if `LOG_FORMAT`
 * says so. Colours are used only on a terminal, and not if `NO_COLOR` is set.
 */
export function createProcessLog(
  { log }: Pick<Config, 'log'>,
  stream: NodeJS.WritableStream & { isTTY?: boolean; hasColors?(): boolean },
  errors: NodeJS.WritableStream = process.stderr,
): ReturnType<typeof createLog> {
  // Perhaps nobody reads this stream either.
  errors.on('error', () => {})
  const sink = createLogSink(stream, (sentence) => errors.write(`${sentence}\n`))
  const hasColour = stream.isTTY === true && stream.hasColors?.() === true
  const written = (lines: string) => (log.format === 'text' ? readableLines(lines, hasColour) : lines)
  return createLog(log.level, (lines) => sink.write(written(lines)))
}
