import { prepared, preparedChange, type Queryable, type Transaction } from '../storage/prepared.ts'

const TURN = 'administration_turn'

const touch = preparedChange((db) =>
  db
    .insertInto('server_state')
    .values({ name: TURN, value: '' })
    .onConflict((conflict) => conflict.column('name').doUpdateSet((row) => ({ value: row.ref('excluded.value') }))),
)

/**
 * Serialises changes of rights, across all processes: a transaction that calls this first waits for earlier ones to
 * commit, and what it reads afterwards stays true until it ends. Otherwise, two superusers could each find the other
 * still there, and demote each other at the same moment.
 */
export async function awaitTurn(tx: Transaction): Promise<void> {
  await touch(tx)
}

const others = prepared((db, exceptId: number) =>
  db
    .selectFrom('accounts')
    .select('id')
    .where('is_superuser', '=', 1)
    .where('is_staff', '=', 1)
    .where('deactivated_at', 'is', null)
    .where('id', '!=', exceptId)
    .limit(1),
)

/** Whether any other account can do everything in the administration. */
export async function isAnotherInCharge(db: Queryable, exceptId: number): Promise<boolean> {
  return (await others(db, exceptId)).length > 0
}
