import { type KeyRing, keyMaintenanceMs, keyRereadMs } from '../../keys/key-ring.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/log.ts'
import { hasMarks } from '../../sessions/end-many-store.ts'
import type { Database } from '../../storage/database.ts'
import type { Transaction } from '../../storage/prepared.ts'
import { createTidyingTurn } from '../../storage/tidying-turn.ts'
import type { SecurityNotices } from '../mail/security-notices/notices.ts'
import { followAndRecord } from '../sessions/end-session.ts'
import { deletePaced } from './delete-paced.ts'
import { chores } from './prune.ts'
import { createReportRotatedTokens } from './report-rotated-tokens.ts'

/** How often the server looks for rows to delete. */
const TIDY_EVERY_MS = 60_000

/** How often it looks for sessions that a mark has ended, to update their rows. */
const FOLLOW_EVERY_MS = 1_000

/** How often it counts what the command line has done. */
const COUNT_EVERY_MS = 5_000

type HousekeepingParts = {
  database: Database
  clock: Clock
  keyRing: KeyRing
  notices: Pick<SecurityNotices, 'factorRemoved'>
  /** Encrypts stored secrets of previous SECRET_KEY values again under the current one, once. */
  reseal(signal: AbortSignal): Promise<void>
  /** How long events are kept; undefined: forever. */
  auditRetentionMs: number | undefined
  /**
   * Whether it makes sense to log how many people BLACKLIST_AFTER_ROTATION would log out: rotation is on, and that
   * setting is off.
   */
  reportsRotatedTokens: boolean
  /** Counts what the command line has done, for the metrics. */
  countCommandEvents(): Promise<void>
  log: Logger
}

/** The work that the server does by itself, so that no cron job is needed. */
type Housekeeping = {
  start(): void
  /** Waits for running work, which is always short. */
  stop(): Promise<void>
}

export function createHousekeeping({
  database,
  clock,
  keyRing,
  notices,
  reseal,
  auditRetentionMs,
  reportsRotatedTokens,
  countCommandEvents,
  log,
}: HousekeepingParts): Housekeeping {
  const timers: NodeJS.Timeout[] = []
  const running = new Set<Promise<void>>()
  const stopping = new AbortController()

  function every(ms: number, task: () => Promise<void>): void {
    let isRunning = false
    const timer = setInterval(() => {
      if (isRunning) return
      isRunning = true
      const run = task().finally(() => {
        isRunning = false
        running.delete(run)
      })
      running.add(run)
    }, ms)
    timer.unref()
    timers.push(timer)
  }

  function once(task: () => Promise<void>): void {
    const run = task().finally(() => running.delete(run))
    running.add(run)
  }

  async function attempt(what: string, task: () => Promise<unknown>): Promise<void> {
    try {
      await task()
    } catch (error) {
      log.warn({ err: error }, `${what} failed and will be retried`)
    }
  }

  /** One chore after the other, so that together they take no more time than one. */
  async function tidy(): Promise<void> {
    const turn = createTidyingTurn()
    const parts = { database, turn, now: () => clock.now(), signal: stopping.signal }
    for (const chore of chores(clock.now(), { auditRetentionMs, notices })) {
      if (stopping.signal.aborted) break
      await attempt(chore.what, () => deletePaced(chore, parts))
    }
    await attempt('releasing the turn to clean up', () => database.inTransaction(turn.giveBack))
  }

  const following = createTidyingTurn('ending_sessions')

  /**
   * Updates the rows of many sessions that one mark has ended, so that lists, events and webhooks contain each of them.
   */
  async function follow(): Promise<void> {
    if (!(await hasMarks(database.read, clock.now()))) return
    const parts = { database, turn: following, now: () => clock.now(), signal: stopping.signal }
    const remove = (tx: Transaction, limit: number) => followAndRecord(tx, limit, clock.now())
    await attempt('ending sessions', () => deletePaced({ what: 'ending sessions', remove }, parts))
    await attempt('releasing the turn to end sessions', () => database.inTransaction(following.giveBack))
  }

  return {
    start() {
      once(() => attempt('encrypting secrets under the current SECRET_KEY', () => reseal(stopping.signal)))
      every(FOLLOW_EVERY_MS, () => attempt('looking for ended sessions', follow))
      every(keyRereadMs, () => attempt('reading the signing keys', () => keyRing.refresh()))
      every(keyMaintenanceMs, () => attempt('maintaining the signing keys', () => keyRing.maintain()))
      every(COUNT_EVERY_MS, () => attempt('counting what the command line has done', countCommandEvents))
      every(TIDY_EVERY_MS, tidy)
      if (reportsRotatedTokens) {
        const report = createReportRotatedTokens({ database, clock, log })
        every(TIDY_EVERY_MS, () => attempt('counting uses of rotated refresh tokens', report))
      }
    },
    async stop() {
      for (const timer of timers) clearInterval(timer)
      timers.length = 0
      stopping.abort()
      await Promise.all(running)
    },
  }
}
