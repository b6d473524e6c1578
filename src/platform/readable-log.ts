import { styleText } from 'node:util'

/** One line of the log, as pino writes it. */
type LogLine = Record<string, unknown> & { level: number; time: string; message?: string }

/** pino's level numbers, and how each level looks. The normal level is not printed. */
const levels: ReadonlyMap<number, { name: string; style: Parameters<typeof styleText>[0] }> = new Map([
  [10, { name: 'trace', style: 'gray' }],
  [20, { name: 'debug', style: 'gray' }],
  [30, { name: '', style: 'green' }],
  [40, { name: 'warning', style: 'yellow' }],
  [50, { name: 'error', style: 'red' }],
  [60, { name: 'fatal', style: 'red' }],
])

/** Members that the start of a line already shows, or that only programs need. */
const shownElsewhere = new Set(['level', 'time', 'message', 'err', 'method', 'path', 'status', 'ms', 'requestId'])

/**
 * Turns JSON log lines into lines for people: the time of day, what happened, and the facts as `name=value`. A request
 * looks like `12:31:05 POST /api/login/ 200 7 ms`. Anything that is not a JSON line stays as it is.
 *
 * @param lines complete lines, each with its newline
 * @param hasColour whether to colour them for a terminal. Default false
 */
export function readableLines(lines: string, hasColour = false): string {
  return lines
    .split('\n')
    .map((line) => (line === '' ? '' : readableLine(line, hasColour)))
    .join('\n')
}

function readableLine(text: string, hasColour: boolean): string {
  const line = parse(text)
  if (line === undefined) return text
  const paint = (style: Parameters<typeof styleText>[0], part: string) =>
    hasColour && part !== '' ? styleText(style, part, { validateStream: false }) : part
  const { name, style } = levels.get(line.level) ?? { name: String(line.level), style: 'red' as const }
  const parts = [
    paint('gray', timeOfDay(line.time)),
    paint(style, name),
    line.message === 'request' ? request(line, paint) : (line.message ?? ''),
    paint('gray', facts(line)),
  ]
  return [parts.filter((part) => part !== '').join(' '), ...stack(line)].join('\n')
}

function parse(text: string): LogLine | undefined {
  try {
    const line: unknown = JSON.parse(text)
    return typeof line === 'object' && line !== null && 'level' in line && 'time' in line
      ? (line as LogLine)
      : undefined
  } catch {
    return undefined
  }
}

/** The local time of day, to the second. */
function timeOfDay(time: string): string {
  const date = new Date(time)
  const two = (part: number) => String(part).padStart(2, '0')
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

function request(
  { method, path, status, ms }: LogLine,
  paint: (style: 'red' | 'yellow' | 'green', part: string) => string,
) {
  const code = Number(status)
  const style = code >= 500 ? 'red' : code >= 400 ? 'yellow' : 'green'
  return `${method} ${path} ${paint(style, String(status))} ${Math.round(Number(ms))} ms`
}

function facts(line: LogLine): string {
  return Object.entries(line)
    .filter(([name]) => !shownElsewhere.has(name) && !(line.message === 'request' && name === 'address'))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ')
}

function stack({ err }: LogLine): string[] {
  if (typeof err !== 'object' || err === null) return []
  const { stack, message } = err as { stack?: unknown; message?: unknown }
  return String(stack ?? message ?? '')
    .split('\n')
    .map((part) => `  ${part}`)
}
