import type { AuditOrigin } from '../audit/events.ts'
import { type SigningKey, signingPeriod } from '../keys/signing-key.ts'
import { listUnendedSessions } from '../sessions/session-store.ts'
import type { Database } from '../storage/database.ts'
import { endAndRecord } from './end-session.ts'

/** How many sessions one transaction looks at, so that no request waits for it long. */
const BATCH = 500

/**
 * Ends the sessions whose refresh token a retired key may have signed: nobody can refresh them any more. A few that began
 * while other processes still had to notice that another key had taken over end needlessly.
 *
 * @returns how many
 */
export async function endSessionsOfKey(
  database: Database,
  key: SigningKey,
  origin: AuditOrigin,
  now: number,
): Promise<number> {
  const period = signingPeriod(key)
  if (period === undefined) return 0
  let total = 0
  let afterId = ''
  for (;;) {
    const sessions = await listUnendedSessions(database.read, afterId, BATCH)
    const signed = sessions.filter(({ refreshedAt }) => period.from <= refreshedAt && refreshedAt <= period.until)
    total += await database.inTransaction(async (tx) => {
      let ended = 0
      for (const session of signed) if (await endAndRecord(tx, session, 'key_retired', origin, now)) ended++
      return ended
    })
    const last = sessions.at(-1)
    if (last === undefined || sessions.length < BATCH) return total
    afterId = last.id
  }
}
