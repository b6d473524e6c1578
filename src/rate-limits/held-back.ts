import type { Clock } from '../platform/clock.ts'
import { type LimitName, limitNames, limits, type Rate } from './limits.ts'

/** Who is held back by a limit, as far as this process has seen it. */
export type HeldBack = {
  limit: LimitName
  /** Who asked when the limit was reached. */
  address: string
  /** Whose account was meant; undefined where none is known. */
  accountId: number | undefined
  /** How many requests were refused since the limit was reached. */
  refusals: number
  since: number
  /** When there is room again. */
  until: number
}

/** For how many it is remembered. Those are forgotten first that were refused the longest ago. */
const REMEMBERED = 10_000
/** How many are listed. */
const LISTED = 200

/** Remembers in memory which clients the limits hold back. */
export type HeldBackList = {
  note(limit: LimitName, subject: { address: string; accountId?: number | undefined }, waitMs: number): void
  /** Those who still are held back, the latest first. */
  list(): HeldBack[]
}

export function createHeldBackList(clock: Clock): HeldBackList {
  const known = new Map<string, HeldBack>()
  return {
    note(limit, { address, accountId }, waitMs) {
      const now = clock.now()
      const key = `${limit} ${address} ${accountId ?? ''}`
      const earlier = known.get(key)
      const isSame = earlier !== undefined && earlier.until > now
      known.delete(key)
      known.set(key, {
        limit,
        address,
        accountId,
        refusals: isSame ? earlier.refusals + 1 : 1,
        since: isSame ? earlier.since : now,
        until: now + waitMs,
      })
      const [oldest = key] = known.keys()
      if (known.size > REMEMBERED) known.delete(oldest)
    },
    list() {
      const now = clock.now()
      return [...known.values()]
        .filter(({ until }) => until > now)
        .toReversed()
        .slice(0, LISTED)
    },
  }
}

/** A limit with the rate that is in force; undefined: it is off. */
export type LimitInForce = { name: LimitName; setting: string; description: string; rate: Rate | undefined }

/** Every limit, with what the settings make of it. */
export function limitsInForce(settings: { isOn: boolean } & Record<LimitName, Rate | undefined>): LimitInForce[] {
  return limitNames.map((name) => {
    const { setting, description } = limits[name]
    return { name, setting, description, rate: settings.isOn ? settings[name] : undefined }
  })
}
