import { recordEvent } from '../../audit/audit-store.ts'
import type { AuditOrigin } from '../../audit/events.ts'
import { refreshKidOf } from '../../keys/key-material.ts'
import { endSessionsOfKids, listSessionIdsOfKids } from '../../sessions/session-store.ts'
import type { Database } from '../../storage/database.ts'

/** How many sessions one transaction ends, so that no request waits for it long. */
const BATCH = 500

/**
 * Ends the sessions whose refresh token a retired key signed: nobody can refresh them any more.
 *
 * @returns how many
 */
export async function endSessionsOfKey(
  database: Database,
  kid: string,
  origin: AuditOrigin,
  now: number,
): Promise<number> {
  const kids = [kid, refreshKidOf(kid)]
  const reason = 'key_retired'
  let total = 0
  let afterId = ''
  for (;;) {
    const ids = await listSessionIdsOfKids(database.read, kids, afterId, BATCH)
    const last = ids.at(-1)
    if (last === undefined) return total
    total += await database.inTransaction(async (tx) => {
      const ended = await endSessionsOfKids(tx, ids, kids, reason, now)
      for (const { id: sessionId, accountId } of ended) {
        await recordEvent(tx, now, 'session.ended', { accountId, sessionId, reason, origin })
      }
      return ended.length
    })
    afterId = last
  }
}
