import type { Queryable, Transaction } from '../../storage/prepared.ts'
import { type UsernameRule, usernameKey } from './username.ts'

const NAME = 'username_rule'

/** Several accounts have names that would be the same under the new rule. */
export class SameNameError extends Error {
  constructor(pairs: readonly (readonly [string, string])[]) {
    const shown = pairs.slice(0, 10).map(([one, other]) => `${JSON.stringify(one)} and ${JSON.stringify(other)}`)
    super(
      `With USERNAME_CASE_SENSITIVE=false, these usernames would be the same name: ${shown.join(', ')}` +
        `${pairs.length > 10 ? ` and ${pairs.length - 10} more pairs` : ''}. ` +
        'Rename or delete one of each, or start with USERNAME_CASE_SENSITIVE=true',
    )
    this.name = 'SameNameError'
  }
}

/** The rule under which the names in this database are unique; undefined before the first start. */
export async function findUsernameRule(db: Queryable): Promise<UsernameRule | undefined> {
  const row = await db.selectFrom('server_state').select('value').where('name', '=', NAME).executeTakeFirst()
  return row?.value === 'exact' || row?.value === 'folded' ? row.value : undefined
}

/**
 * Makes `rule` the database's rule, in the caller's transaction. If the rule changes, it computes every name's key
 * again.
 *
 * @throws SameNameError if two accounts would have the same name
 */
export async function applyUsernameRule(db: Transaction, rule: UsernameRule): Promise<void> {
  if ((await findUsernameRule(db)) === rule) return
  const accounts = await db.selectFrom('accounts').select(['id', 'username', 'username_key']).orderBy('id').execute()
  const owners = new Map<string, string>()
  const pairs: [string, string][] = []
  for (const { username } of accounts) {
    const key = usernameKey(username, rule)
    const other = owners.get(key)
    if (other === undefined) owners.set(key, username)
    else pairs.push([other, username])
  }
  if (pairs.length > 0) throw new SameNameError(pairs)
  // A new key may still be another account's old key, so all changed keys are moved out of the way first.
  const changed = accounts.filter((account) => account.username_key !== usernameKey(account.username, rule))
  for (const { id } of changed) {
    await db
      .updateTable('accounts')
      .set({ username_key: `\u0001${id}` })
      .where('id', '=', id)
      .execute()
  }
  for (const { id, username } of changed) {
    await db
      .updateTable('accounts')
      .set({ username_key: usernameKey(username, rule) })
      .where('id', '=', id)
      .execute()
  }
  await db
    .insertInto('server_state')
    .values({ name: NAME, value: rule })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: rule }))
    .execute()
}
