import { serverNow } from '../site/server-clock.ts'
import { momentTexts } from './moment-texts.ts'
import { useLanguage, useTexts } from './texts.tsx'

const MINUTE = 60_000

/**
 * The page's clock lags behind the server's by the time that the document took to arrive, which is less than this, in
 * milliseconds. What has just happened may seem to lie ahead by as much.
 */
const ARRIVAL_MS = 10_000

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['minute', MINUTE],
  ['hour', 60 * MINUTE],
  ['day', 24 * 60 * MINUTE],
]

/**
 * A time in the reader's language and zone. `relative` says how long ago or how far ahead; the exact time is then in the
 * title. `full` shows the exact time itself.
 */
export function Moment({ at, relative = false, full = false }: { at: string; relative?: boolean; full?: boolean }) {
  const { region } = useLanguage()
  const date = new Date(at)
  const exact = exactTime(date, region)
  const { justNow, soon } = useTexts(momentTexts)
  const now = serverNow()
  const close = date.getTime() - now > ARRIVAL_MS ? soon : justNow
  const shown = relative ? (relativeTime(date, region, now) ?? close) : shortTime(date, region)
  return (
    <time dateTime={at} title={exact}>
      {full ? exact : shown}
    </time>
  )
}

/** Date and time to the second, with the zone. */
function exactTime(date: Date, region: string): string {
  return new Intl.DateTimeFormat(region, { dateStyle: 'full', timeStyle: 'long' }).format(date)
}

/** Date and time to the minute. */
function shortTime(date: Date, region: string): string {
  return new Intl.DateTimeFormat(region, { dateStyle: 'medium', timeStyle: 'short' }).format(date)
}

/** "5 minutes ago" for up to a week, then the date; undefined for less than a minute. */
function relativeTime(date: Date, region: string, now: number): string | undefined {
  const gone = date.getTime() - now
  const size = Math.abs(gone)
  if (size >= 7 * 24 * 60 * MINUTE) return new Intl.DateTimeFormat(region, { dateStyle: 'medium' }).format(date)
  const step = steps.findLast(([, length]) => size >= length)
  if (step === undefined) return undefined
  const [unit, length] = step
  return new Intl.RelativeTimeFormat(region, { numeric: 'auto' }).format(Math.trunc(gone / length), unit)
}
