import type { Clock } from '../platform/clock.ts'
import { type Claim, type LimitName, limitNames, limits, type Rate } from './limits.ts'

/** Who is held back by a limit, as far as this process has seen it. */
export type HeldBack = {
  limit: LimitName
  /** The client that reached the limit. */
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
/** Under how many keys one client is remembered. */
const KEYS = 100
/** How many are listed. */
const LISTED = 200

/** Remembers in memory which clients the limits hold back. */
export type HeldBackList = {
  note(claim: Claim, subject: Subject, waitMs: number): void
  /** Those who still are held back, the latest first. */
  list(): HeldBack[]
  /** What holds a client back by one limit; empty if nothing does. */
  claimsOf(limit: LimitName, subject: Subject): Claim[]
  forget(limit: LimitName, subject: Subject): void
}

/** The client that was refused; the account only if it is known. */
type Subject = { address: string; accountId?: number | undefined }

/** A client that is held back, with the keys of the limit that it was refused under. */
type Known = HeldBack & { keys: ReadonlySet<string> }

export function createHeldBackList(clock: Clock): HeldBackList {
  const known = new Map<string, Known>()
  const nameOf = (limit: LimitName, { address, accountId }: Subject) => `${limit} ${address} ${accountId ?? ''}`
  return {
    note({ limit, key: claimed }, subject, waitMs) {
      const { address, accountId } = subject
      const now = clock.now()
      const key = nameOf(limit, subject)
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
        // Somebody who tries one account after the other is refused under many keys.
        keys: new Set(isSame ? [...earlier.keys, claimed].slice(-KEYS) : [claimed]),
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
        .map(({ keys: _, ...shown }) => shown)
    },
    claimsOf(limit, subject) {
      const keys = known.get(nameOf(limit, subject))?.keys ?? []
      return [...keys].map((key) => ({ limit, key }))
    },
    forget: (limit, subject) => void known.delete(nameOf(limit, subject)),
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
