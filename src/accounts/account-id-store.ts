import { sql } from 'kysely'
import { isPostgres, prepared, type Queryable, type Transaction } from '../storage/prepared.ts'
import { idList } from '../storage/recordset.ts'

const byId = prepared((db, id: number) => db.selectFrom('accounts').select(['id', 'uid']).where('id', '=', id))

/** The largest id of an account; 0 if there is none. */
export async function findLatestId(db: Queryable): Promise<number> {
  const row = await db.selectFrom('accounts').select('id').orderBy('id', 'desc').limit(1).executeTakeFirst()
  return row?.id ?? 0
}

/** The `uid`s of the accounts with these ids, by id. */
export async function findUids(db: Queryable, ids: readonly number[]): Promise<Map<number, string>> {
  const [first] = ids
  if (first === undefined) return new Map()
  const accounts = db.selectFrom('accounts').select(['id', 'uid'])
  const rows = await (ids.length === 1 ? byId(db, first) : accounts.where(isListed(db, ids)).execute())
  return new Map(rows.map((row) => [row.id, row.uid]))
}

const isListed = (db: Queryable, ids: readonly number[]) => sql<boolean>`id in ${idList(db, ids)}`

/**
 * Makes new accounts get ids above `id`. To be called after accounts with given ids or numeric `uid`s were inserted (an
 * import): otherwise the database would draw one of them.
 */
export async function keepNewIdsAbove(db: Transaction, id: number): Promise<void> {
  if (isPostgres(db)) {
    // Takes the larger one: another process may have drawn further already.
    await sql`select setval(${accountIds}, greatest(${id}, nextval(${accountIds})))`.execute(db)
    return
  }
  await sql`update sqlite_sequence set seq = max(seq, ${id}) where name = 'accounts'`.execute(db)
  await sql`insert into sqlite_sequence (name, seq) select 'accounts', ${id}
    where not exists (select 1 from sqlite_sequence where name = 'accounts')`.execute(db)
}

/** PostgreSQL's sequence of account ids. */
const accountIds = sql`pg_get_serial_sequence('accounts', 'id')`

/**
 * The id that the database gives next, whose text is nobody's `uid`. An imported account may have a `uid` that looks like
 * one of our ids.
 */
export function nextAccountId(db: Transaction) {
  const drawn = isPostgres(db) ? sql<number>`nextval(${accountIds})` : undefined
  const first = drawn ?? sql<number>`(select coalesce(max(seq), 0) + 1 from sqlite_sequence where name = 'accounts')`
  const following = drawn ?? sql<number>`next.id + 1`
  return db.withRecursive('next(id)', (next) =>
    next.selectNoFrom(first.as('id')).unionAll(
      next
        .selectFrom('next')
        .select(following.as('id'))
        .where(({ exists, selectFrom }) =>
          exists(
            selectFrom('accounts').select('accounts.id').where('accounts.uid', '=', sql<string>`cast(next.id as text)`),
          ),
        ),
    ),
  )
}
