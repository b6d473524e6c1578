import type { Clock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/log.ts'
import { countRotatedTokenUse, type RotatedTokenUse } from '../../sessions/session-store.ts'
import type { Database } from '../../storage/database.ts'

const DAY_MS = 86_400_000

type ReportParts = { database: Database; clock: Clock; log: Logger }

/** Logs, at most once a day, how many people BLACKLIST_AFTER_ROTATION would log out. Call it often. */
export function createReportRotatedTokens({ database, clock, log }: ReportParts): () => Promise<void> {
  let reportedAt = Number.NEGATIVE_INFINITY
  return async () => {
    const now = clock.now()
    if (now - reportedAt < DAY_MS) return
    const use = await countRotatedTokenUse(database.read, now - DAY_MS)
    reportedAt = now
    log.info({ sessions: use.sessions, accounts: use.accounts }, rotatedTokenWords(use))
  }
}

/** The result of the last 24 hours for BLACKLIST_AFTER_ROTATION=true, as a sentence. */
export function rotatedTokenWords({ sessions, accounts }: RotatedTokenUse): string {
  if (sessions === 0) {
    return 'In the last 24 hours no session presented an already rotated refresh token: BLACKLIST_AFTER_ROTATION=true would log nobody out.'
  }
  const [some, whose] = [counted(sessions, 'session'), counted(accounts, 'account')]
  return `In the last 24 hours ${some} of ${whose} presented an already rotated refresh token: BLACKLIST_AFTER_ROTATION=true would log them out.`
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
