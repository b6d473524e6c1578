import type { Clock } from '../platform/clock.ts'
import { type Claim, type LimitedClient, type LimitName, limitNames, limits, type Rate } from './limits.ts'

/** The clients that a limit blocks, as far as this process has seen them. */
export type HeldBack = {
  limit: LimitName
  /** The client that reached the limit. */
  address: string
  /** The account that the requests were for; undefined if there is none. */
  accountId: number | undefined
  /** How many requests were refused since the limit was reached. */
  refusals: number
  since: number
  /** When there is room again. */
  until: number
}

/** How many clients are remembered. The one whose last refusal is oldest is forgotten first. */
const REMEMBERED = 10_000
/** How many keys are remembered for one client. */
const KEYS = 100
/** How many clients are listed. */
const LISTED = 200

/** Remembers in memory which clients the limits block. */
export type HeldBackList = {
  note(claim: Claim, client: LimitedClient, waitMs: number): void
  /** The clients that are still blocked, the latest first. */
  list(): HeldBack[]
  /** The keys under which one limit blocks a client; empty if it does not. */
  claimsOf(limit: LimitName, client: LimitedClient): Claim[]
  forget(limit: LimitName, client: LimitedClient): void
}

/** A blocked client, with the keys of the limit under which it was refused. */
type Known = HeldBack & { keys: ReadonlySet<string> }

export function createHeldBackList(clock: Clock): HeldBackList {
  const known = new Map<string, Known>()
  const nameOf = (limit: LimitName, { address, accountId }: LimitedClient) => `${limit} ${address} ${accountId ?? ''}`
  return {
    note({ limit, key: claimed }, client, waitMs) {
      const { address, accountId } = client
      const now = clock.now()
      const key = nameOf(limit, client)
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
        // A client that tries one account after the other is refused under many keys.
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
    claimsOf(limit, client) {
      const keys = known.get(nameOf(limit, client))?.keys ?? []
      return [...keys].map((key) => ({ limit, key }))
    },
    forget: (limit, client) => void known.delete(nameOf(limit, client)),
  }
}

/** A limit with its current rate; undefined: it is off. */
export type LimitInForce = { name: LimitName; setting: string; description: string; rate: Rate | undefined }

/** Every limit, with its rate from the settings. */
export function limitsInForce(settings: { isOn: boolean } & Record<LimitName, Rate | undefined>): LimitInForce[] {
  return limitNames.map((name) => {
    const { setting, description } = limits[name]
    return { name, setting, description, rate: settings.isOn ? settings[name] : undefined }
  })
}
