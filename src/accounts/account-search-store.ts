import { type Expression, type ExpressionBuilder, type Selectable, type SqlBool, sql } from 'kysely'
import type { Queryable } from '../storage/prepared.ts'
import type { AccountsTable, Tables } from '../storage/tables.ts'
import {
  type AccountFilter,
  type AccountOrder,
  type AccountPage,
  type AccountPosition,
  letterForms,
  searchWords,
} from './account-search.ts'
import { toAccount } from './account-store.ts'
import { usernameKey } from './username.ts'

type Row = Selectable<AccountsTable>
type Builder = ExpressionBuilder<Tables, 'accounts'>

/** What an order compares, in the database and in a row of it. */
type OrderKey = { expression: Expression<string | number>; keyOf(row: Row): string | number }

const orderKeys: Record<'id' | 'username' | 'created_at' | 'last_login_at', OrderKey> = {
  id: { expression: sql.ref<number>('id'), keyOf: (row) => row.id },
  username: { expression: sql.ref<string>('username_key'), keyOf: (row) => row.username_key },
  created_at: { expression: sql.ref<number>('created_at'), keyOf: (row) => row.created_at },
  last_login_at: {
    expression: sql<number>`coalesce(last_login_at, 0)`,
    keyOf: (row) => row.last_login_at ?? 0,
  },
}

/** Which page of which list. */
export type AccountSearch = {
  filter: AccountFilter
  order: AccountOrder
  /** Begins behind this position; an account that stood there may be gone. Default: at the beginning. */
  after?: AccountPosition | undefined
  /** From 1 on. */
  limit: number
}

/**
 * One page of a list of accounts. The next one begins behind its last account, so that accounts which are made or
 * deleted meanwhile move none of the others.
 */
export async function searchAccounts(
  db: Queryable,
  { filter, order, after, limit }: AccountSearch,
): Promise<AccountPage> {
  const isDescending = order.startsWith('-')
  const { expression, keyOf } = orderKeys[order.replace(/^-/, '') as keyof typeof orderKeys]
  const direction = isDescending ? 'desc' : 'asc'
  const behind = isDescending ? '<' : '>'
  let select = db
    .selectFrom('accounts')
    .selectAll()
    .where((builder) => builder.and(conditions(builder, filter)))
  if (after !== undefined) {
    select = select.where((builder) =>
      builder.or([
        builder(expression, behind, after.value),
        builder.and([builder(expression, '=', after.value), builder('id', behind, after.id)]),
      ]),
    )
  }
  const rows = await select
    .orderBy(expression, direction)
    .orderBy('id', direction)
    .limit(limit + 1)
    .execute()
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  return { accounts: page.map(toAccount), end: last && { value: keyOf(last), id: last.id } }
}

function conditions(builder: Builder, filter: AccountFilter): Expression<SqlBool>[] {
  const found: Expression<SqlBool>[] = searchWords(filter.search ?? '').map((word) => contains(builder, word))
  const { isActive, isStaff, isSuperuser, isEmailVerified, groupId } = filter
  const { createdFrom, createdBefore, lastLoginFrom, lastLoginBefore } = filter
  if (isActive !== undefined) found.push(builder('deactivated_at', isActive ? 'is' : 'is not', null))
  if (isEmailVerified !== undefined) {
    const verified = builder.and([builder('email', '!=', ''), builder('email_verified_at', 'is not', null)])
    found.push(isEmailVerified ? verified : builder.not(verified))
  }
  if (isStaff !== undefined) found.push(builder('is_staff', '=', isStaff ? 1 : 0))
  if (isSuperuser !== undefined) found.push(builder('is_superuser', '=', isSuperuser ? 1 : 0))
  if (createdFrom !== undefined) found.push(builder('created_at', '>=', createdFrom))
  if (createdBefore !== undefined) found.push(builder('created_at', '<', createdBefore))
  if (lastLoginFrom !== undefined) found.push(builder('last_login_at', '>=', lastLoginFrom))
  if (lastLoginBefore !== undefined) found.push(builder('last_login_at', '<', lastLoginBefore))
  if (groupId !== undefined) {
    const members = builder.selectFrom('account_groups').select('account_id').where('group_id', '=', groupId)
    found.push(builder('id', 'in', members))
  }
  return found
}

const searchedColumns = ['username', 'email', 'first_name', 'last_name'] as const

/** Both sides are put into lower case by the same database, each as far as it can; usernames also in our own way. */
function contains(builder: Builder, word: string): Expression<SqlBool> {
  const isLike = (column: (typeof searchedColumns)[number], form: string) =>
    sql<boolean>`lower(${sql.ref(column)}) like lower(${pattern(form)}) escape '!'`
  const folded = sql<boolean>`username_key like ${pattern(usernameKey(word, 'folded'))} escape '!'`
  return builder.or([
    folded,
    ...searchedColumns.flatMap((column) => letterForms(word).map((form) => isLike(column, form))),
  ])
}

/** The pattern of LIKE for "contains", in which nothing typed is a wildcard. */
function pattern(text: string): string {
  return `%${text.replace(/[!%_]/g, '!$&')}%`
}
