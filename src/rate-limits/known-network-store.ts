import { preparedChange, type Queryable, type Transaction } from '../storage/prepared.ts'

const remember = preparedChange((db, account_id: number, network: string, last_login_at: number) =>
  db
    .insertInto('known_networks')
    .values({ account_id, network, last_login_at })
    .onConflict((conflict) => conflict.columns(['account_id', 'network']).doUpdateSet({ last_login_at })),
)

/** Records that the account's owner used this network, in the transaction of the login or registration. */
export async function rememberNetwork(tx: Transaction, accountId: number, network: string, now: number): Promise<void> {
  await remember(tx, accountId, network, now)
}

/** How many networks of an account are known. */
const MOST_NETWORKS = 500

const forgetOldest = preparedChange((db, accountId: number) =>
  db
    .deleteFrom('known_networks')
    .where('account_id', '=', accountId)
    .where('network', 'in', (networks) =>
      networks
        .selectFrom('known_networks')
        .select('network')
        .where('account_id', '=', accountId)
        .orderBy('last_login_at', 'desc')
        .limit(50)
        .offset(MOST_NETWORKS),
    ),
)

/**
 * Forgets the networks of an account that have been unused for longest, so that nobody can make it store ever more of
 * them.
 */
export async function forgetOldestNetworks(tx: Transaction, accountId: number): Promise<void> {
  await forgetOldest(tx, accountId)
}

/** A network that an account logged in from, and when last. */
export type KnownNetwork = { network: string; lastLoginAt: number }

/** The networks of an account, at most `limit` of them, by name, starting after `afterNetwork`. */
export async function listKnownNetworks(
  db: Queryable,
  accountId: number,
  afterNetwork: string | undefined,
  limit: number,
): Promise<KnownNetwork[]> {
  return db
    .selectFrom('known_networks')
    .select(['network', 'last_login_at as lastLoginAt'])
    .where('account_id', '=', accountId)
    .where('network', '>', afterNetwork ?? '')
    .orderBy('network')
    .limit(limit)
    .execute()
}

/**
 * Deletes networks without a login since `before`, at most `limit` of them.
 *
 * @returns how many
 */
export async function pruneKnownNetworks(db: Transaction, before: number, limit: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('known_networks')
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('account_id', 'network'),
        'in',
        selectFrom('known_networks')
          .select(['account_id', 'network'])
          .where('last_login_at', '<', before)
          .orderBy('last_login_at')
          .limit(limit)
          .$asTuple('account_id', 'network'),
      ),
    )
    .where('last_login_at', '<', before)
    .executeTakeFirst()
  return Number(numDeletedRows)
}
