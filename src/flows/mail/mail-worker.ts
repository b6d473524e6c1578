import type { MailDelivery } from '../../mail/delivery.ts'
import type { Outbox } from '../../mail/outbox.ts'
import type { Logger } from '../../platform/log.ts'

/** How often mail is looked for that nobody here was told of: what is to be tried again, and what others left behind. */
const LOOK_EVERY_MS = 5_000
/** How long mail that is under way may take when the server stops. */
const STOP_GRACE_MS = 8_000

type MailWorkerParts = {
  outbox: Outbox
  /** Makes the mail that was asked for. */
  answerRequests(): Promise<void>
  delivery: MailDelivery
  log: Logger
}

/** Makes and sends mail in the background. */
export type MailWorker = {
  start(): void
  /** Works off all that is due, and answers when that is done. */
  settle(): Promise<void>
  /** Waits a while for what is under way; what is not done then is done by the next process. */
  stop(): Promise<void>
}

export function createMailWorker({ outbox, answerRequests, delivery, log }: MailWorkerParts): MailWorker {
  let poll: NodeJS.Timeout | undefined
  let delayed: NodeJS.Timeout | undefined
  let isStopped = false

  /** Never twice at a time; whoever asks for it while it is under way has it done once more. */
  function repeatable(what: string, task: () => Promise<void>): () => Promise<void> {
    let running: Promise<void> | undefined
    let isWanted = false
    async function work(): Promise<void> {
      while (isWanted && !isStopped) {
        isWanted = false
        try {
          await task()
        } catch (error) {
          log.warn({ err: error }, `${what} failed; it is tried again`)
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

  const answer = repeatable('making mail', answerRequests)
  const begin = repeatable('delivering mail', delivery.begin)
  const deliver = repeatable('delivering mail', delivery.deliverDue)

  /** Does not wait for mail servers: one that takes its time keeps nobody's mail from being made or begun with. */
  async function run(): Promise<void> {
    // What lies there from before waits until there is somewhere to send it again.
    if (!outbox.isOn) return
    await answer()
    await begin()
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
      if (!outbox.isOn) log.warn('MAIL_URL is not set: no mail is sent')
      outbox.onWake(runSoon)
      poll = setInterval(run, LOOK_EVERY_MS)
      poll.unref()
      void run()
    },
    async settle() {
      if (!outbox.isOn) return
      await answer()
      await deliver()
    },
    async stop() {
      isStopped = true
      clearInterval(poll)
      clearTimeout(delayed)
      await delivery.stop(STOP_GRACE_MS)
      await run()
    },
  }
}
