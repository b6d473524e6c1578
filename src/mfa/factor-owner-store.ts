import { prepared, preparedChange, type Queryable, type Transaction } from '../storage/prepared.ts'

const insert = preparedChange((db, account_id: number, user_handle: string) =>
  db
    .insertInto('factor_holders')
    .values({ account_id, user_handle, required_since: null })
    .onConflict((conflict) => conflict.column('account_id').doNothing()),
)
const byAccount = prepared((db, accountId: number) =>
  db.selectFrom('factor_holders').selectAll().where('account_id', '=', accountId),
)
const setRequired = preparedChange((db, accountId: number, now: number) =>
  db
    .updateTable('factor_holders')
    .set({ required_since: now })
    .where('account_id', '=', accountId)
    .where('required_since', 'is', null),
)

/** The random id by which authenticators know an account. It is created once and never changes. */
export async function userHandleOf(db: Transaction, accountId: number, fresh: string): Promise<string> {
  await insert(db, accountId, fresh)
  return (await byAccount(db, accountId))[0]?.user_handle ?? fresh
}

/** Since when an account has had to enrol a factor; undefined: it has not logged in since then. */
export async function findRequiredSince(db: Queryable, accountId: number): Promise<number | undefined> {
  return (await byAccount(db, accountId))[0]?.required_since ?? undefined
}

/** Records that an account logged in while it should have had a factor and had none. The first time is kept. */
export async function noteRequired(
  db: Transaction,
  accountId: number,
  freshHandle: string,
  now: number,
): Promise<void> {
  await insert(db, accountId, freshHandle)
  await setRequired(db, accountId, now)
}
