import { sha256 } from '../platform/digest.ts'
import { CLOCK_SKEW_MS } from './session.ts'

/**
 * How far somebody has read in the feed of ended sessions. Two transactions at the same moment may commit in the other
 * order than their events have numbers, so what is young is looked at again: an event that turns up behind `lastId` is
 * noticed, and then all from `settledId` on is told once more.
 */
export type FeedPosition = {
  /** Nothing new turns up before this event any more. */
  settledId: number
  /** The last event that was told. */
  lastId: number
  /** A digest of the ids of the events between the two that were told; empty if there are none. */
  digest: string
}

/** An event of the feed as far as the position depends on it. */
export type FeedEntry = { id: number; at: number }

/** How long a request may take from reading the clock to its commit: an event of one that hangs longer could be missed. */
const LONGEST_COMMIT_MS = 60_000

/**
 * How long after an event its number is settled: whatever has a smaller one is committed by then, or never will be, though
 * the event has its time from a process whose clock is behind.
 */
export const SETTLED_MS = LONGEST_COMMIT_MS + CLOCK_SKEW_MS

/** The position before which nothing matters. */
export function positionBehind(id: number): FeedPosition {
  return { settledId: id, lastId: id, digest: '' }
}

/**
 * From which event on to tell: usually from the last one, but from the settled one if another has turned up between.
 *
 * @param overlap the events there are now between `settledId` and `lastId`
 */
export function readOnFrom(position: FeedPosition, overlap: readonly FeedEntry[]): number {
  return digestOf(overlap) === position.digest ? position.lastId : position.settledId
}

/**
 * The position after a page was told.
 *
 * @param overlap as above
 * @param page the events from `readOnFrom` on, in the order of their ids
 */
export function advance(
  position: FeedPosition,
  overlap: readonly FeedEntry[],
  page: readonly FeedEntry[],
  now: number,
): FeedPosition {
  const lastId = page.at(-1)?.id ?? position.lastId
  const told = [...new Map([...overlap, ...page].map((entry) => [entry.id, entry])).values()]
    .filter(({ id }) => id <= lastId)
    .toSorted((a, b) => a.id - b.id)
  const settledId = told.findLast(({ at }) => at <= now - SETTLED_MS)?.id ?? position.settledId
  return { settledId, lastId, digest: digestOf(told.filter(({ id }) => id > settledId)) }
}

/** The position as a text that means nothing to whoever keeps it. */
export function formatFeedPosition({ settledId, lastId, digest }: FeedPosition): string {
  return `${settledId}.${lastId}.${digest}`
}

/** Reads it; undefined for any other text. */
export function parseFeedPosition(text: string): FeedPosition | undefined {
  const [, settled = '', last = '', digest = ''] = /^(\d{1,15})\.(\d{1,15})\.([\w-]{0,12})$/.exec(text) ?? []
  if (settled === '' || Number(settled) > Number(last)) return undefined
  return { settledId: Number(settled), lastId: Number(last), digest }
}

function digestOf(entries: readonly FeedEntry[]): string {
  return entries.length === 0 ? '' : sha256(entries.map(({ id }) => id).join()).slice(0, 12)
}
