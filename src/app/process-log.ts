import type { Config } from '../config/config.ts'
import { createLog } from '../platform/log.ts'
import { readableLines } from '../platform/readable-log.ts'

/**
 * The log of a server process, written to one of its streams: as JSON lines, or as lines for people if `LOG_FORMAT`
 * says so. Colours are used only on a terminal, and not if `NO_COLOR` is set.
 */
export function createProcessLog(
  { log }: Pick<Config, 'log'>,
  stream: NodeJS.WritableStream & { isTTY?: boolean; hasColors?(): boolean },
): ReturnType<typeof createLog> {
  const hasColour = stream.isTTY === true && stream.hasColors?.() === true
  const written = (lines: string) => (log.format === 'text' ? readableLines(lines, hasColour) : lines)
  return createLog(log.level, (lines) => void stream.write(written(lines)))
}
