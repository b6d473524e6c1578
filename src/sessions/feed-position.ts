import { sha256 } from '../platform/digest.ts'
import { CLOCK_SKEW_MS } from './session.ts'

/**
 * How far a reader has read in the session feed. Two transactions at the same moment may commit in a different order
 * than their events are numbered. So recent events are read again: if an event turns up behind `lastId`, all events
 * from `settledId` on are delivered once more.
 */
export type FeedPosition = {
  /** No new event can turn up before this one. */
  settledId: number
  /** The last event that was delivered. */
  lastId: number
  /** A digest of the ids of the delivered events between the two; empty if there are none. */
  digest: string
}

/** The parts of an event that a position depends on. */
export type FeedEntry = { id: number; at: number }

/** The longest time between reading the clock and the commit. The feed may miss an event that takes longer. */
const LONGEST_COMMIT_MS = 60_000

/**
 * How long after an event its number is settled: by then every smaller number is committed or never will be, even if
 * the event got its time from a process whose clock is behind.
 */
export const SETTLED_MS = LONGEST_COMMIT_MS + CLOCK_SKEW_MS

/** The position after which reading starts. */
export function positionBehind(id: number): FeedPosition {
  return { settledId: id, lastId: id, digest: '' }
}

/**
 * The event to read from: usually the one after the last, but the settled one if another event has turned up in
 * between.
 *
 * @param overlap the events that now exist between `settledId` and `lastId`
 */
export function readOnFrom(position: FeedPosition, overlap: readonly FeedEntry[]): number {
  return digestOf(overlap) === position.digest ? position.lastId : position.settledId
}

/**
 * The position after a page was delivered.
 *
 * @param overlap as above
 * @param page the events from `readOnFrom` on, by id
 */
export function advance(
  position: FeedPosition,
  overlap: readonly FeedEntry[],
  page: readonly FeedEntry[],
  now: number,
): FeedPosition {
  const lastId = page.at(-1)?.id ?? position.lastId
  const delivered = [...new Map([...overlap, ...page].map((entry) => [entry.id, entry])).values()]
    .filter(({ id }) => id <= lastId)
    .toSorted((a, b) => a.id - b.id)
  const settledId = delivered.findLast(({ at }) => at <= now - SETTLED_MS)?.id ?? position.settledId
  return { settledId, lastId, digest: digestOf(delivered.filter(({ id }) => id > settledId)) }
}

/** The position as an opaque text. */
export function formatFeedPosition({ settledId, lastId, digest }: FeedPosition): string {
  return `${settledId}.${lastId}.${digest}`
}

/** Reads a position; undefined for any other text. */
export function parseFeedPosition(text: string): FeedPosition | undefined {
  const [, settled = '', last = '', digest = ''] = /^(\d{1,15})\.(\d{1,15})\.([\w-]{0,12})$/.exec(text) ?? []
  if (settled === '' || Number(settled) > Number(last)) return undefined
  return { settledId: Number(settled), lastId: Number(last), digest }
}

function digestOf(entries: readonly FeedEntry[]): string {
  return entries.length === 0 ? '' : sha256(entries.map(({ id }) => id).join()).slice(0, 12)
}
