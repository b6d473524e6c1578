import { type Static, type TUnsafe, Type } from 'typebox'
import { formatDuration, parseDuration } from '../platform/duration.ts'
import {
  type Declaration,
  onOff,
  quoted,
  type Setting,
  SettingFault,
  setting,
  settingGroup,
} from '../platform/setting.ts'
import { type LimitName, limitNames, limits, type Rate } from './limits.ts'

const MAX_COUNT = 1_000_000
const SECOND_MS = 1_000
/** Node's timers fire at once if they are longer than 24 days, which would drop the counts. */
const MAX_WINDOW_MS = 7 * 86_400_000

/** undefined: no limit. */
type RateSetting = Setting<TUnsafe<Rate | undefined>>

const rates = Object.fromEntries(limitNames.map((name) => [name, rate(limits[name].setting, limits[name])])) as Record<
  LimitName,
  RateSetting
>

export const rateLimitSettings = settingGroup('Rate limits', {
  isOn: onOff('RATE_LIMITS', {
    default: 'on',
    description: 'Whether the rate limits (`LIMIT_…`) apply. Use `off` only for tests and measurements.',
  }),
  ...rates,
})

export type RateLimitSettings = Static<typeof rateLimitSettings>

/** `COUNT/DURATION`, such as `30/5m`, or `off`. */
function rate(name: string, { default: byDefault, description }: Declaration & { default: string }): RateSetting {
  return setting(Type.Unsafe<Rate | undefined>({}), name, { default: byDefault, description }, readRate, writeRate)
}

function writeRate(rate: Rate | undefined): string {
  return rate === undefined ? 'off' : `${rate.count}/${formatDuration(rate.windowMs)}`
}

function readRate(text: string): Rate | undefined {
  if (text.toLowerCase() === 'off') return undefined
  const [, digits = '', duration = ''] = /^(\d{1,9})\/(.+)$/.exec(text) ?? []
  const windowMs = parseDuration(duration)
  if (windowMs === undefined) {
    throw new SettingFault(`${quoted(text)} is not a rate limit. Write a count and a duration, such as 30/5m, or off.`)
  }
  const count = Number(digits)
  if (count < 1 || count > MAX_COUNT) {
    throw new SettingFault(
      `${quoted(text)} has a count out of range. Write a count from 1 to ${MAX_COUNT}, or off for no limit.`,
    )
  }
  if (windowMs < SECOND_MS || windowMs > MAX_WINDOW_MS || windowMs % SECOND_MS !== 0) {
    throw new SettingFault(`${quoted(text)} has a window out of range. Write whole seconds, from 1s to 7d.`)
  }
  return { count, windowMs }
}
