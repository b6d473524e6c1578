import { prepared, preparedChange, type Queryable, type Transaction } from '../storage/prepared.ts'

const NAME = 'command_events_counted_until'

const read = prepared((db) => db.selectFrom('server_state').select('value').where('name', '=', NAME))

const begin = preparedChange((tx, value: string) =>
  tx
    .insertInto('server_state')
    .values({ name: NAME, value })
    .onConflict((conflict) => conflict.column('name').doNothing()),
)

const advance = preparedChange((tx, from: string, to: string) =>
  tx.updateTable('server_state').set({ value: to }).where('name', '=', NAME).where('value', '=', from),
)

/** The id of the last event that was counted; undefined before the first count. */
export async function findCountedPosition(db: Queryable): Promise<number | undefined> {
  const [row] = await read(db)
  return row && Number(row.value)
}

/**
 * Claims the events up to `to` for counting.
 *
 * @param from the position that was read; undefined: there was none
 * @returns false if another process was faster
 */
export async function claimCountedPosition(tx: Transaction, from: number | undefined, to: number): Promise<boolean> {
  const changed = from === undefined ? await begin(tx, String(to)) : await advance(tx, String(from), String(to))
  return changed === 1
}
