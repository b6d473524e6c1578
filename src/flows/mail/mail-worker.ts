import { findExcessMail, giveUpExcessMail, giveUpExpiredMail } from '../../mail/mail-queue-store.ts'
import type { Outbox } from '../../mail/outbox.ts'
import type { Metrics } from '../../metrics/metrics.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/log.ts'
import type { QueueWorker } from '../../queue/queue-worker.ts'
import type { Database } from '../../storage/database.ts'

/** How often mail is looked for that nobody here was told of: what is to be tried again, and what others left behind. */
const LOOK_EVERY_MS = 5_000
/** How often mail is given up that is not worth sending any more, or too much. */
const BOUND_EVERY_MS = 60_000
/** How much one transaction gives up, so that nobody waits for it long, and how many of them there are at a time. */
const BATCH = 500
const BATCHES = 20
/** How long mail that is under way may take when the server stops. */
const STOP_GRACE_MS = 8_000

type MailWorkerParts = {
  outbox: Outbox
  /** Makes the mail that was asked for. */
  answerRequests(): Promise<void>
  /** Sends it. */
  queue: QueueWorker
  settings: { queueLimit: number }
  database: Database
  clock: Clock
  log: Logger
  metrics: Pick<Metrics, 'mailDeliveries'>
}

/** Makes and sends mail in the background. */
export type MailWorker = {
  start(): void
  /** Works off all that is due, and answers when that is done. */
  settle(): Promise<void>
  /** Gives up mail that is not worth sending any more, and what is beyond the bound of the outbox. */
  bound(): Promise<void>
  /** Waits a while for what is under way; what is not done then is done by the next process. */
  stop(): Promise<void>
}

export function createMailWorker(parts: MailWorkerParts): MailWorker {
  const { outbox, answerRequests, queue, settings, database, clock, log, metrics } = parts
  let timers: NodeJS.Timeout[] = []
  let delayed: NodeJS.Timeout | undefined
  let isStopped = false

  /** Never twice at a time; whoever asks for it while it is under way has it done once more. */
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
          // Once for each time the database is away, however often it is asked meanwhile.
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

  async function giveUpAll(giveUp: (limit: number) => Promise<number>): Promise<number> {
    let total = 0
    for (let nth = 0; nth < BATCHES; nth++) {
      const count = await giveUp(BATCH)
      total += count
      if (count < BATCH) break
    }
    return total
  }

  async function boundOutbox(): Promise<void> {
    const now = clock.now()
    const inTransaction = database.inTransaction
    const expired = await giveUpAll((limit) => inTransaction((tx) => giveUpExpiredMail(tx, now, limit)))
    const last = await findExcessMail(database.read, settings.queueLimit)
    const excess =
      last === undefined ? 0 : await giveUpAll((limit) => inTransaction((tx) => giveUpExcessMail(tx, last, now, limit)))
    if (expired + excess === 0) return
    metrics.mailDeliveries.add('given_up', expired + excess)
    log.error(
      { expired, excess },
      'Mail was given up: it could not be sent in time, or the queue exceeded MAIL_QUEUE_LIMIT. The outbox has the last errors.',
    )
  }

  const answer = repeatable('making mail', answerRequests)
  const bound = repeatable('giving up old mail', boundOutbox)

  /** Does not wait for mail servers: one that takes its time keeps nobody's mail from being made or begun with. */
  async function run(): Promise<void> {
    // What lies there from before waits until there is somewhere to send it again.
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
    bound,
    async stop() {
      isStopped = true
      for (const timer of timers) clearInterval(timer)
      clearTimeout(delayed)
      await queue.stop(STOP_GRACE_MS)
      await run()
    },
  }
}
