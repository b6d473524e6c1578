import type { SessionPosition } from '../../sessions/session-search-store.ts'
import type { Administrator } from '../rights/actor.ts'
import type { EndSessions } from '../sessions/end-sessions.ts'
import type { ListSessions, SessionListing } from '../sessions/list-sessions.ts'
import type { StartLongRun } from './long-runs.ts'

/** The progress of a run. */
export type EndProgress = {
  /** How many sessions have been ended so far. */
  ended: number
  /** How many belong to accounts that the administrator cannot reach. */
  failed: number
  /** Where another run could continue; undefined: all are done. */
  next: SessionPosition | undefined
}

/**
 * Ends the running sessions that match a filter, newest first and two hundred at a time, except the administrator's
 * own. `StartLongRun` says how a run works, ends and is recorded.
 *
 * @param after where to begin, to continue where another run stopped; undefined: at the newest
 * @throws AuthError `permission_denied`, `overloaded`. The reports throw what stops a run: these, `account_inactive`
 *   and `account_not_found` if the administrator was deactivated in the meantime, `token_revoked`, `unavailable`
 */
export type EndMatching = (
  filter: SessionListing['filter'],
  after: SessionPosition | undefined,
  administrator: Administrator,
) => Promise<AsyncIterable<EndProgress>>

/** How many sessions one step ends. */
export const ENDED_AT_ONCE = 200

/** Ends one step of a run. */
export type EndStep = (
  filter: SessionListing['filter'],
  after: SessionPosition | undefined,
  administrator: Administrator,
) => Promise<EndProgress>

type EndStepParts = { listSessions: ListSessions; endSessions: Pick<EndSessions, 'several'> }

export function createEndStep({ listSessions, endSessions }: EndStepParts): EndStep {
  return async (filter, after, by) => {
    const page = await listSessions({ filter, state: 'living', after, limit: ENDED_AT_ONCE })
    const ids = page.sessions.map(({ session }) => session.id).filter((id) => id !== by.caller.sessionId)
    return { ...(await endSessions.several(ids, by)), next: page.end }
  }
}

type EndMatchingParts = { endStep: EndStep; startLongRun: StartLongRun }

export function createEndMatching({ endStep, startLongRun }: EndMatchingParts): EndMatching {
  return async (filter, start, by) => {
    const count = { ended: 0, failed: 0 }
    return startLongRun({
      action: 'end_matching_sessions',
      needed: 'sessions.delete',
      by,
      counts: () => ({ done: count.ended, unchanged: 0, failed: count.failed }),
      async *steps(check) {
        let after = start
        do {
          await check()
          const step = await endStep(filter, after, by)
          count.ended += step.ended
          count.failed += step.failed
          after = step.next
          yield { ...count, next: after }
        } while (after !== undefined)
      },
    })
  }
}
