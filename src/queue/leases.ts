import type { Logger } from '../platform/log.ts'
import { RENEW_EVERY_MS } from './queue.ts'

/** The claims of this process. They are renewed as long as it works on them. */
export type Leases<Work> = {
  begin(work: Work): void
  end(work: Work): void
  close(): void
}

/** @param renew extends all these leases */
export function createLeases<Work>({
  queue,
  log,
  renew,
}: {
  queue: string
  log: Logger
  renew(work: readonly Work[]): Promise<void>
}): Leases<Work> {
  const held = new Set<Work>()
  let timer: NodeJS.Timeout | undefined
  let isFailing = false

  async function renewAll(): Promise<void> {
    try {
      await renew([...held])
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
    begin(work) {
      held.add(work)
      timer ??= setInterval(() => void renewAll(), RENEW_EVERY_MS)
      timer.unref?.()
    },
    end(work) {
      held.delete(work)
      if (held.size === 0) close()
    },
    close,
  }
}
