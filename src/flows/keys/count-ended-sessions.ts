import { setImmediate as othersTurn } from 'node:timers/promises'
import { countSessionsOfKey } from '../../sessions/retired-key-count-store.ts'
import type { KeyKids } from '../../sessions/retired-key-store.ts'
import type { Database } from '../../storage/database.ts'

/** How many sessions one statement examines: about a millisecond of work. */
const STRETCH = 1_000
/** How many sessions it examines at most. Somebody waits for the answer. */
const MOST_EXAMINED = 100_000

/**
 * Counts the sessions that ended because their key was retired `at`. Other requests run in between.
 *
 * @returns undefined if there are too many sessions to examine all of them
 */
export async function countEndedSessions(
  database: Pick<Database, 'read'>,
  mark: KeyKids & { at: number },
): Promise<number | undefined> {
  let total = 0
  let afterId = ''
  for (let examined = 0; examined < MOST_EXAMINED; examined += STRETCH) {
    const stretch = await countSessionsOfKey(database.read, mark, afterId, STRETCH)
    total += stretch.ended
    if (stretch.examined < STRETCH) return total
    afterId = stretch.lastId
    await othersTurn()
  }
  return undefined
}
