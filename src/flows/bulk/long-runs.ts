import { setImmediate as othersTurn } from 'node:timers/promises'
import { recordEvent } from '../../audit/audit-store.ts'
import { AuthError } from '../../errors.ts'
import type { OwnPermission } from '../../permissions/permission.ts'
import type { Clock } from '../../platform/clock.ts'
import { sessionEnd } from '../../sessions/session.ts'
import { findTokenHolder } from '../../sessions/token-holder-store.ts'
import type { Database } from '../../storage/database.ts'
import { type Administrator, auditOriginOf } from '../rights/actor.ts'
import { admit } from '../rights/authority.ts'

/** The result of a run. */
type RunCounts = { done: number; unchanged: number; failed: number }

/** The work of a run, and who asked for it. */
type LongRun<Step> = {
  /** Its name in the events `bulk.started` and `bulk.ended`. */
  action: string
  /** The permission that it needs. */
  needed: OwnPermission | 'superuser'
  by: Administrator
  /** What has been done so far. */
  counts(): RunCounts
  /** The steps. Each calls `check` before it changes anything; `check` throws if the run must not continue. */
  steps(check: () => Promise<void>): AsyncGenerator<Step>
}

/**
 * Starts one request's change of many things, which may take minutes. It works in steps, so that other
 * requests are answered in between, and reports each step. If the reader leaves, the run stops after the current step.
 * Changes already made stay. The events `bulk.started` and `bulk.ended` frame the events of the changes; after a crash,
 * only the first exists.
 *
 * @throws AuthError `permission_denied`; `overloaded` if too many runs are in progress in this process. The reports
 *   throw what stops a run: `token_revoked` if the administrator's session ended, `unavailable` if the server stops,
 *   and what the steps throw
 */
export type StartLongRun = <Step>(run: LongRun<Step>) => Promise<AsyncIterable<Step>>

type LongRunParts = {
  database: Database
  clock: Clock
  /** Aborted when the server stops. */
  stopping: AbortSignal
  /** The runs in progress here. Each resolves when it has written its last row. */
  running: Set<Promise<void>>
  settings: { checkSession: boolean; endSessionsOnDeactivation: boolean }
}

/** How many runs a process allows at a time. */
const MOST_RUNS = 4

export function createStartLongRun({ database, clock, stopping, running, settings }: LongRunParts): StartLongRun {
  function refuseIfCrowded(): void {
    if (running.size >= MOST_RUNS) throw new AuthError('overloaded', { detail: `${MOST_RUNS} runs are in progress` })
  }

  /** The access token was checked when the run began. The session may have ended since then. */
  async function check({ account: { uid }, sessionId }: Administrator['caller']): Promise<void> {
    if (stopping.aborted) throw new AuthError('unavailable', { detail: 'the server is stopping' })
    if (!settings.checkSession || sessionId === undefined) return
    const { account, session } = await findTokenHolder(database.read, { uid, sessionId })
    const endReason = session && sessionEnd(session, account, clock.now(), settings)
    if (session === undefined || endReason !== undefined) throw new AuthError('token_revoked', { endReason })
  }

  async function* framed<Step>({ action, by, counts, steps }: LongRun<Step>): AsyncGenerator<Step> {
    let isComplete = false
    const { promise: ended, resolve: end } = Promise.withResolvers<void>()
    try {
      // Other runs may have begun since this one was admitted.
      refuseIfCrowded()
      running.add(ended)
      for await (const step of steps(() => check(by.caller))) {
        yield step
        await othersTurn()
      }
      isComplete = true
    } finally {
      const facts = { accountId: undefined, action, ...counts(), isComplete, origin: auditOriginOf(by) }
      try {
        await database.inTransaction((tx) => recordEvent(tx, clock.now(), 'bulk.ended', facts))
      } finally {
        running.delete(ended)
        end()
      }
    }
  }

  return async (run) => {
    const { action, needed, by } = run
    refuseIfCrowded()
    await database.inTransaction(async (tx) => {
      await admit(tx, by, needed)
      await recordEvent(tx, clock.now(), 'bulk.started', { accountId: undefined, action, origin: auditOriginOf(by) })
    })
    return framed(run)
  }
}
