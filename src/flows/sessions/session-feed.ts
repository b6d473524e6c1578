import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import { findUids } from '../../accounts/account-id-store.ts'
import { type AuditEvent, lastEventIdBefore, latestEventId, listEventsAfter } from '../../audit/event-search-store.ts'
import type { AuditEventName } from '../../audit/events.ts'
import type { Clock } from '../../platform/clock.ts'
import { sha256 } from '../../platform/digest.ts'
import { advance, type FeedPosition, positionBehind, readOnFrom, SETTLED_MS } from '../../sessions/feed-position.ts'
import { CLOCK_SKEW_MS, sessionEndReasons } from '../../sessions/session.ts'
import type { Database } from '../../storage/database.ts'
import { signJwt } from '../../tokens/jwt.ts'
import type { JwtKey } from '../../tokens/jwt-key.ts'
import { buildSecurityEventClaims, type InitiatingEntity, type SecurityEvent } from '../../tokens/security-event.ts'

/** How often a waiting request checks for news: the longest delay of an event, apart from the network. */
const POLL_MS = 500
const PAGE = 100

const fedEvents = ['session.ended', 'account.deactivated', 'account.deleted'] as const satisfies AuditEventName[]

/** One page of the session feed. */
type FeedPage = {
  /** Security Event Tokens, oldest first. One may appear twice, with the same `jti`. */
  events: string[]
  /** The position for the next request. */
  next: FeedPosition
  /** Whether more events are available now. */
  hasMore: boolean
}

/**
 * The session feed, for verifiers that do not ask about each token. It goes back as far as an access token could still
 * be valid, and contains nothing older.
 */
export type SessionFeed = {
  /**
   * The events since `position`. If there are none, it waits for one.
   *
   * @param options.position undefined: from the beginning
   * @param options.waitMs the longest time to wait
   * @param options.signal ends the waiting
   */
  read(options: { position: FeedPosition | undefined; waitMs: number; signal: AbortSignal }): Promise<FeedPage>
  /** Ends all waiting, with empty pages. */
  stop(): void
}

type SessionFeedParts = {
  database: Database
  clock: Clock
  currentKey(): JwtKey
  settings: { issuer: string | undefined; accessTokenLifetimeMs: number; leewayMs: number }
}

export function createSessionFeed({ database, clock, currentKey, settings }: SessionFeedParts): SessionFeed {
  const stopping = new AbortController()

  /**
   * Where to start reading: not before anything that a valid token could need, and not at a position that was never
   * reached.
   */
  async function placeOf(position: FeedPosition | undefined): Promise<FeedPosition> {
    const start = positionBehind(await lastEventIdBefore(database.read, oldestNeeded() - SETTLED_MS))
    const isUsable = position !== undefined && position.lastId >= start.lastId
    // After a backup was restored, numbers are reused.
    return isUsable && position.lastId <= (await latestEventId(database.read)) ? position : start
  }

  function oldestNeeded(): number {
    return clock.now() - settings.accessTokenLifetimeMs - settings.leewayMs - CLOCK_SKEW_MS
  }

  async function readPage(position: FeedPosition): Promise<FeedPage> {
    const { settledId, lastId } = position
    const overlap = await listEventsAfter(database.read, { names: fedEvents, afterId: settledId, untilId: lastId })
    const afterId = readOnFrom(position, overlap)
    const page = await listEventsAfter(database.read, { names: fedEvents, afterId, limit: PAGE })
    const events: string[] = []
    const uids = await uidsOf(page)
    for (const event of page.filter(({ at }) => at >= oldestNeeded())) {
      const securityEvent = securityEventOf(event, uids)
      if (securityEvent === undefined) continue
      const claims = buildSecurityEventClaims(securityEvent, settings.issuer)
      events.push(signJwt(currentKey(), { typ: 'secevent+jwt' }, claims))
      // An RSA signature takes a millisecond, so other requests run in between.
      await nextTurn()
    }
    return { events, next: advance(position, overlap, page, clock.now()), hasMore: page.length === PAGE }
  }

  /** The `uid` of the accounts of these events, including accounts that one of the events deletes. */
  async function uidsOf(page: readonly AuditEvent[]): Promise<Map<number, string>> {
    const accountIds = new Set(page.flatMap(({ accountId }) => accountId ?? []))
    const uids = await findUids(database.read, [...accountIds])
    for (const { event, accountId, facts } of page) {
      // Earlier versions did not store the `uid`. It was the id.
      if (event === 'account.deleted' && accountId !== undefined) uids.set(accountId, String(facts.uid ?? accountId))
    }
    return uids
  }

  return {
    async read({ position, waitMs, signal }) {
      const deadline = clock.now() + waitMs
      const isOver = AbortSignal.any([signal, stopping.signal])
      let page = await readPage(await placeOf(position))
      while (page.events.length === 0 && (page.hasMore || (clock.now() < deadline && !isOver.aborted))) {
        if (!page.hasMore) await pause(POLL_MS, undefined, { signal: isOver, ref: false }).catch(() => {})
        page = await readPage(page.next)
      }
      return page
    },
    stop: () => stopping.abort(),
  }
}

/** Undefined if the account is gone: its deletion is an event of its own, which says more. */
function securityEventOf(event: AuditEvent, uids: ReadonlyMap<number, string>): SecurityEvent | undefined {
  const { id, at, sessionId, accountId } = event
  if (accountId === undefined) throw new Error(`the audit event ${id} has no account`)
  const facts = {
    id: sha256(`session event ${id} ${at} ${sessionId ?? accountId}`).slice(0, 22),
    at,
    initiatingEntity: initiatorOf(event),
  }
  const uid = uids.get(accountId)
  if (event.event !== 'session.ended') {
    const kind = event.event === 'account.deleted' ? 'account_purged' : 'account_disabled'
    return uid === undefined ? undefined : { ...facts, kind, uid }
  }
  if (sessionId === undefined) throw new Error(`the audit event ${id} has no session`)
  return { ...facts, kind: 'session_revoked', sessionId, uid, reason: reasonOf(event) ?? 'administrator' }
}

function reasonOf({ facts }: AuditEvent) {
  return sessionEndReasons.find((reason) => reason === facts.reason)
}

function initiatorOf(event: AuditEvent): InitiatingEntity {
  const { actor } = event.origin
  const reason = reasonOf(event)
  if (reason === 'replayed' || reason === 'key_retired') return 'policy'
  if (reason === 'administrator' || actor === 'command_line') return 'admin'
  if (actor === 'server') return 'system'
  return typeof actor === 'object' && 'accountId' in actor && actor.accountId !== event.accountId ? 'admin' : 'user'
}
