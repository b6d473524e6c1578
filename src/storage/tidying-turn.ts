import { preparedChange, type Transaction } from './prepared.ts'

/** How long a process that died keeps others from tidying, in milliseconds. Longer than a batch and the pause after it. */
const LEASE_MS = 20_000
const NAME = 'tidying_until'

const take = preparedChange((tx, until: string, now: string, held: string) =>
  tx
    .insertInto('server_state')
    .values({ name: NAME, value: until })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet((row) => ({ value: row.ref('excluded.value') }))
        .where((row) => row.or([row('server_state.value', '<', now), row('server_state.value', '=', held)])),
    ),
)
const giveBack = preparedChange((tx, held: string) =>
  tx.updateTable('server_state').set({ value: '' }).where('name', '=', NAME).where('value', '=', held),
)

/** The turn to tidy a database, of which there is one for all processes on it. */
export type TidyingTurn = {
  /**
   * Takes the turn or keeps it, as part of the transaction that tidies.
   *
   * @returns false if another process has it
   */
  take(tx: Transaction, now: number): Promise<boolean>
  /** Lets the next process have it, if this one does. */
  giveBack(tx: Transaction): Promise<void>
}

/**
 * One process's side of the turn. It is a lease in a row, since a pooler keeps no locks of a session; the time until which
 * it is held also says by whom, for nobody else knows it.
 */
export function createTidyingTurn(): TidyingTurn {
  let held = ''
  return {
    async take(tx, now) {
      const until = String(now + LEASE_MS)
      const isTaken = (await take(tx, until, String(now), held)) === 1
      held = isTaken ? until : ''
      return isTaken
    },
    async giveBack(tx) {
      if (held !== '') await giveBack(tx, held)
      held = ''
    },
  }
}
