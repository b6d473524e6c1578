import { setImmediate as othersTurn } from 'node:timers/promises'
import { type Expression, type RawBuilder, type Selectable, type SelectQueryBuilder, type SqlBool, sql } from 'kysely'
import { isPostgres, type Queryable } from '../../storage/prepared.ts'
import { idList } from '../../storage/recordset.ts'
import type { AccountsTable, Tables } from '../../storage/tables.ts'
import { toAccount } from '../account-row.ts'
import { conditions, indexed } from './account-condition-store.ts'
import type { AccountFilter, AccountOrder, AccountPage, AccountPosition } from './account-search.ts'
import { findFew } from './few-accounts-store.ts'

type Row = Selectable<AccountsTable>
/** The value that an order compares, in the database and in a row, and whether it is unique. */
type OrderKey = {
  expression: RawBuilder<string | number>
  keyOf(row: Row): string | number
  isUnique: boolean
}

type OrderName = 'id' | 'username' | 'email' | 'created_at' | 'last_login_at' | 'is_active' | 'is_staff'

const orderKeys: Record<OrderName, OrderKey> = {
  id: { expression: sql.ref('id'), keyOf: (row) => row.id, isUnique: true },
  username: { expression: sql.ref('username_key'), keyOf: (row) => row.username_key, isUnique: true },
  created_at: { expression: sql.ref('created_at'), keyOf: (row) => row.created_at, isUnique: false },
  last_login_at: {
    expression: indexed.lastLogin,
    keyOf: (row) => row.last_login_at ?? 0,
    isUnique: false,
  },
  email: {
    expression: sql`coalesce(email_key, '')`,
    keyOf: (row) => row.email_key ?? '',
    isUnique: false,
  },
  is_active: {
    expression: indexed.state,
    keyOf: (row) => (row.deactivated_at === null ? 1 : 0),
    isUnique: false,
  },
  is_staff: { expression: sql.ref('is_staff'), keyOf: (row) => row.is_staff, isUnique: false },
}

/** Which page of which list. */
export type AccountSearch = {
  filter: AccountFilter
  order: AccountOrder
  /** Start after this position; its account may no longer exist. Default: at the beginning. */
  after?: AccountPosition | undefined
  /** At least 1. */
  limit: number
}

/** How many accounts the first query examines: a few milliseconds of work, however few of them match. */
const STRETCH = 5_000

/**
 * How many times as many the next query examines, and the most. On SQLite, a query blocks the whole process. On
 * PostgreSQL it does not, and few long queries cost less than many short ones.
 */
const GROWTH = { sqlite: 1, postgres: 4 } as const
const LONGEST_STRETCH = 100_000

/**
 * One page of a list of accounts. The next page starts after its last account, so accounts that are created or deleted
 * meanwhile do not move the others.
 *
 * A search may have to examine every account. It does so in stretches, and other work runs between two of them.
 *
 * @param stretch how many accounts the first query examines
 */
export async function searchAccounts(
  db: Queryable,
  { filter, order, after, limit }: AccountSearch,
  stretch = STRETCH,
): Promise<AccountPage> {
  const way = wayThrough(order)
  const few = await findFew(db, filter)
  if (few !== undefined) return pageOfFew(db, few, { filter, order, after, limit })
  const found: Row[] = []
  for await (const range of rangesBehind(db, way, after, stretch)) {
    const wanted = db
      .selectFrom('accounts')
      .selectAll()
      .where((builder) => builder.and([...range.bounds, ...conditions(builder, filter)]))
    found.push(
      ...(await inOrder(wanted, way, range)
        .limit(limit + 1 - found.length)
        .execute()),
    )
    if (found.length > limit) break
    await othersTurn()
  }
  return toPage(found, way, limit)
}

function toPage(found: readonly Row[], way: Way, limit: number): AccountPage {
  const page = found.slice(0, limit)
  const last = found.length > limit ? page.at(-1) : undefined
  return { accounts: page.map(toAccount), end: last && { value: way.keyOf(last), id: last.id } }
}

/** A page of the few accounts that match one condition, filtered by the others. */
async function pageOfFew(
  db: Queryable,
  ids: readonly number[],
  { filter, order, after, limit }: AccountSearch,
): Promise<AccountPage> {
  const way = wayThrough(order)
  const beyond = way.direction === 'desc' ? sql`<` : sql`>`
  const { expression } = way
  const behind =
    after === undefined
      ? []
      : [
          sql<SqlBool>`(${expression} ${beyond} ${after.value} or (${expression} = ${after.value} and id ${beyond} ${after.id}))`,
        ]
  const found = await db
    .selectFrom('accounts')
    .selectAll()
    .where(sql<boolean>`id in ${idList(db, ids)}`)
    .where((builder) => builder.and([...behind, ...conditions(builder, filter)]))
    .orderBy(expression, way.direction)
    .orderBy('id', way.direction)
    .limit(limit + 1)
    .execute()
  return toPage(found, way, limit)
}

/** An order and its direction. */
type Way = OrderKey & { direction: 'asc' | 'desc' }

function wayThrough(order: AccountOrder): Way {
  const key = orderKeys[order.replace(/^-/, '') as keyof typeof orderKeys]
  return { ...key, direction: order.startsWith('-') ? 'desc' : 'asc' }
}

/** Conditions that a database answers from one stretch of an index. */
type Range = { bounds: Expression<SqlBool>[]; isOfOneValue: boolean }

function inOrder<Selected>(
  query: SelectQueryBuilder<Tables, 'accounts', Selected>,
  { expression, direction }: Way,
  { isOfOneValue }: Range,
) {
  // SQLite would sort by an expression even if it is the same in all rows.
  return (isOfOneValue ? query : query.orderBy(expression, direction)).orderBy('id', direction)
}

/**
 * The whole order after a position, in ranges of `stretch` accounts, and more later. Accounts with the same value get
 * ranges of their own. With a condition on value and id together, SQLite would read all accounts of that value each
 * time, and all accounts that never logged in have the same value.
 */
async function* rangesBehind(
  db: Queryable,
  way: Way,
  after: AccountPosition | undefined,
  stretch: number,
): AsyncGenerator<Range> {
  const { expression, isUnique } = way
  const growth = GROWTH[isPostgres(db) ? 'postgres' : 'sqlite']
  let size = stretch
  const [beyond, before, upTo] = way.direction === 'desc' ? [sql`<`, sql`>`, sql`>=`] : [sql`>`, sql`<`, sql`<=`]
  const ofValue = ({ value }: AccountPosition, ...bounds: Expression<SqlBool>[]): Range => ({
    bounds: [sql<SqlBool>`${expression} = ${value}`, ...bounds],
    isOfOneValue: true,
  })
  const ofValues = (...bounds: Expression<SqlBool>[]): Range => ({ bounds, isOfOneValue: false })
  let from = after
  for (;;) {
    while (from !== undefined && !isUnique) {
      const behind = sql<SqlBool>`id ${beyond} ${from.id}`
      const end = await findNth(db, way, ofValue(from, behind), size)
      yield end === undefined ? ofValue(from, behind) : ofValue(from, behind, sql`id ${upTo} ${end.id}`)
      if (end === undefined) break
      from = end
      size = Math.min(size * growth, LONGEST_STRETCH)
    }
    const others = from === undefined ? [] : [sql<SqlBool>`${expression} ${beyond} ${from.value}`]
    const end = await findNth(db, way, ofValues(...others), size)
    if (end === undefined) {
      yield ofValues(...others)
      return
    }
    if (isUnique) {
      yield ofValues(...others, sql`${expression} ${upTo} ${end.value}`)
    } else {
      yield ofValues(...others, sql`${expression} ${before} ${end.value}`)
      yield ofValue(end, sql`id ${upTo} ${end.id}`)
    }
    from = end
    size = Math.min(size * growth, LONGEST_STRETCH)
  }
}

/** The position of the nth account of a range; undefined if there are fewer. */
async function findNth(db: Queryable, way: Way, range: Range, nth: number): Promise<AccountPosition | undefined> {
  const places = db
    .selectFrom('accounts')
    .select(['id', way.expression.as('value')])
    .where((builder) => builder.and(range.bounds))
  const [place] = await inOrder(places, way, range)
    .offset(nth - 1)
    .limit(1)
    .execute()
  return place
}
