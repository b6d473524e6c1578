import { preparedChange, type Transaction } from './prepared.ts'

/**
 * How long a process that died keeps others from tidying, in milliseconds. Longer than a batch and the pause after it.
 */
const LEASE_MS = 20_000
/** The kinds of work that have turns of their own. */
type Work = 'tidying' | 'ending_sessions'

const take = preparedChange((tx, name: string, until: string, now: string, held: string) =>
  tx
    .insertInto('server_state')
    .values({ name, value: until })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet((row) => ({ value: row.ref('excluded.value') }))
        .where((row) => row.or([row('server_state.value', '<', now), row('server_state.value', '=', held)])),
    ),
)
const giveBack = preparedChange((tx, name: string, held: string) =>
  tx.updateTable('server_state').set({ value: '' }).where('name', '=', name).where('value', '=', held),
)

/** The turn to tidy a database. All processes on the database share one. */
export type TidyingTurn = {
  /**
   * Takes or keeps the turn, inside the transaction that tidies.
   *
   * @returns false if another process has it
   */
  take(tx: Transaction, now: number): Promise<boolean>
  /** Passes the turn on, if this process has it. */
  giveBack(tx: Transaction): Promise<void>
}

/**
 * One process's view of the turn. The turn is a lease in a row, because a pooler keeps no session locks. The end of the
 * lease also identifies its holder, because no other process knows it.
 */
export function createTidyingTurn(work: Work = 'tidying'): TidyingTurn {
  const name = `${work}_until`
  let held = ''
  return {
    async take(tx, now) {
      const until = String(now + LEASE_MS)
      const isTaken = (await take(tx, name, until, String(now), held)) === 1
      held = isTaken ? until : ''
      return isTaken
    },
    async giveBack(tx) {
      if (held !== '') await giveBack(tx, name, held)
      held = ''
    },
  }
}
