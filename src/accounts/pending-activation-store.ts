import { sql } from 'kysely'
import { prepared, preparedChange, type Queryable, type Transaction } from '../storage/prepared.ts'
import { idList } from '../storage/recordset.ts'

const insert = preparedChange((db, account_id: number, since: number) =>
  db
    .insertInto('pending_activations')
    .values({ account_id, since })
    .onConflict((conflict) => conflict.column('account_id').doNothing()),
)

/** Notes that an account is inactive until its owner opens a mailed link. */
export async function awaitActivation(tx: Transaction, accountId: number, now: number): Promise<void> {
  await insert(tx, accountId, now)
}

/** Notes that nobody awaits the activation of these accounts any more. */
export async function forgetActivations(tx: Transaction, accountIds: readonly number[]): Promise<void> {
  await sql`delete from pending_activations where account_id in ${idList(tx, accountIds)}`.execute(tx)
}

const find = prepared((db, accountId: number) =>
  db.selectFrom('pending_activations').select('since').where('account_id', '=', accountId),
)

/** Whether the account is inactive only because its owner has not opened the mailed link. */
export async function isActivationAwaited(db: Queryable, accountId: number): Promise<boolean> {
  return (await find(db, accountId)).length > 0
}
