import type { Clock } from '../platform/clock.ts'
import type { Logger } from '../platform/log.ts'
import { LEASE_MS, RENEW_EVERY_MS } from './queue.ts'

/** The claims of this process. They are renewed as long as it works on them. */
type Leases<Work> = {
  /** @param since when it was claimed, in epoch milliseconds */
  begin(work: Work, since: number): void
  end(work: Work): void
  /**
   * Renews them if one has expired by the clock, which may jump, for example after a pause of the machine. Otherwise
   * the work would look abandoned, and this process would do it twice at once.
   */
  renewExpired(): Promise<void>
  close(): void
}

/** @param renew extends all these leases, as from `since` */
export function createLeases<Work>({
  queue,
  log,
  clock,
  renew,
}: {
  queue: string
  log: Logger
  clock: Clock
  renew(work: readonly Work[], since: number): Promise<void>
}): Leases<Work> {
  /** When each was claimed or renewed, in epoch milliseconds. */
  const held = new Map<Work, number>()
  let timer: NodeJS.Timeout | undefined
  let isFailing = false

  async function renewAll(): Promise<void> {
    const now = clock.now()
    const renewed = [...held.keys()]
    try {
      await renew(renewed, now)
      for (const work of renewed) if (held.has(work)) held.set(work, now)
      isFailing = false
    } catch (error) {
      if (!isFailing)
        log.warn({ queue, err: error }, 'a claim could not be renewed: another process may repeat the work')
      isFailing = true
    }
  }

  function close(): void {
    clearInterval(timer)
    timer = undefined
  }

  return {
    begin(work, since) {
      held.set(work, since)
      timer ??= setInterval(() => void renewAll(), RENEW_EVERY_MS)
      timer.unref?.()
    },
    end(work) {
      held.delete(work)
      if (held.size === 0) close()
    },
    async renewExpired() {
      const expired = clock.now() - LEASE_MS
      if ([...held.values()].some((since) => since <= expired)) await renewAll()
    },
    close,
  }
}
