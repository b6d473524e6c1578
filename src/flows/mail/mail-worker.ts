import { findExcessMail, giveUpExcessMail, giveUpExpiredMail } from '../../mail/mail-queue-store.ts'
import type { Outbox } from '../../mail/outbox.ts'
import type { Metrics } from '../../metrics/metrics.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/log.ts'
import { giveUpInBatches } from '../../queue/give-up-in-batches.ts'
import type { QueueWorker } from '../../queue/queue-worker.ts'
import type { Database } from '../../storage/database.ts'

/**
 * How often the worker looks for mail that nobody reported to this process: retries, and mail left behind by others.
 */
const LOOK_EVERY_MS = 5_000
/** How often it gives up mail that has expired or exceeds the limit. */
const BOUND_EVERY_MS = 60_000
/** How long running deliveries may take when the server stops. */
const STOP_GRACE_MS = 8_000

type MailWorkerParts = {
  outbox: Outbox
  /** Creates the requested mail. */
  answerRequests(): Promise<void>
  /** Sends it. */
  queue: QueueWorker
  settings: { queueLimit: number }
  database: Database
  clock: Clock
  log: Logger
  metrics: Pick<Metrics, 'mailDeliveries'>
}

/** Creates and sends mail in the background. */
export type MailWorker = {
  start(): void
  /** Does everything that is due, and resolves when that is done. */
  settle(): Promise<void>
  /** Waits a while for running deliveries; the next process does the rest. */
  stop(): Promise<void>
}

export function createMailWorker(parts: MailWorkerParts): MailWorker {
  const { outbox, answerRequests, queue, settings, database, clock, log, metrics } = parts
  let timers: NodeJS.Timeout[] = []
  let delayed: NodeJS.Timeout | undefined
  let isStopped = false

  /** Never runs twice at a time; a call during a run triggers one more run. */
  function repeatable(what: string, task: () => Promise<void>): () => Promise<void> {
    let running: Promise<void> | undefined
    let isWanted = false
    let isOut = false
    async function work(): Promise<void> {
      while (isWanted && !isStopped) {
        isWanted = false
        try {
          await task()
          isOut = false
        } catch (error) {
          // Once per outage, however often the database is asked.
          if (!isOut) log.warn({ err: error }, `${what} failed and will be retried`)
          isOut = true
        }
      }
      running = undefined
    }
    return () => {
      isWanted = true
      running ??= work()
      return running
    }
  }

  async function boundOutbox(): Promise<void> {
    const now = clock.now()
    const inTransaction = database.inTransaction
    const expired = await giveUpInBatches((limit) => inTransaction((tx) => giveUpExpiredMail(tx, now, limit)))
    const last = await findExcessMail(database.read, settings.queueLimit)
    const excess =
      last === undefined
        ? 0
        : await giveUpInBatches((limit) => inTransaction((tx) => giveUpExcessMail(tx, last, now, limit)))
    if (expired + excess === 0) return
    metrics.mailDeliveries.add('given_up', expired + excess)
    log.error(
      { expired, excess },
      'Mail was given up: it could not be sent in time, or the queue exceeded MAIL_QUEUE_LIMIT. The outbox has the last errors.',
    )
  }

  const answer = repeatable('making mail', answerRequests)
  const bound = repeatable('giving up old mail', boundOutbox)

  /** Does not wait for mail servers: a slow one must not keep other mail from being created or started. */
  async function run(): Promise<void> {
    // Mail from before waits until there is a mail server again.
    if (!outbox.isOn) return
    await answer()
    await queue.begin()
  }

  function runSoon(delayMs: number): void {
    if (delayMs === 0) {
      void run()
      return
    }
    delayed ??= setTimeout(() => {
      delayed = undefined
      void run()
    }, delayMs)
  }

  return {
    start() {
      if (!outbox.isOn) log.warn('MAIL_URL is not set, so no mail will be sent')
      outbox.onWake(runSoon)
      timers = [setInterval(run, LOOK_EVERY_MS), setInterval(bound, BOUND_EVERY_MS)]
      for (const timer of timers) timer.unref()
      void run()
    },
    async settle() {
      if (!outbox.isOn) return
      await answer()
      await queue.drain()
    },
    async stop() {
      isStopped = true
      for (const timer of timers) clearInterval(timer)
      clearTimeout(delayed)
      await queue.stop(STOP_GRACE_MS)
      await run()
    },
  }
}
