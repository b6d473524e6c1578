/** How much one transaction gives up, so that nobody waits long for it. */
const BATCH = 500
/** How many such transactions run before others get a turn. */
const BATCHES = 20

/**
 * Gives up waiting work that is too old or too much, in batches.
 *
 * @param giveUp gives up at most `limit` pieces in a transaction of its own, and returns how many
 * @returns how many in total
 */
export async function giveUpInBatches(giveUp: (limit: number) => Promise<number>): Promise<number> {
  let total = 0
  for (let nth = 0; nth < BATCHES; nth++) {
    const count = await giveUp(BATCH)
    total += count
    if (count < BATCH) break
  }
  return total
}
