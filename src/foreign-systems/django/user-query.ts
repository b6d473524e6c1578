import {
  type ForeignColumn,
  type ForeignDatabase,
  type ForeignTable,
  quotedName,
} from '../../storage/foreign/foreign-database.ts'
import { type FullMapping, namedTable } from './guess-mapping.ts'
import type { MappedField } from './mapping.ts'

/** The facts about a database that a query needs. */
type Described = Pick<ForeignDatabase, 'kind' | 'tables' | 'textOf'>

/** One query over all users, and the position of each value in its rows. */
type UserQuery = {
  sql: string
  positions: ReadonlyMap<string, number>
}

/** Separates the items of a list in one value. No key and no permission contains it. */
export const LIST_SEPARATOR = '\u001f'

/**
 * Builds the query that reads users with everything that belongs to them. Values from other tables are looked up per
 * user, so that no join can duplicate a row, and memory use does not grow with the number of users.
 *
 * @param keys only the users with these keys; each must fit the key's type. Default: all users
 */
export function userQuery(database: Described, mapping: FullMapping, keys?: readonly string[]): UserQuery {
  const { tables } = database
  const users = namedTable(tables, mapping.table)
  const key = columnOf(users, mapping.key)
  const own = (name: string) => `u.${quotedName(name)}`
  const values: [string, string][] = [['key', database.textOf(key, own(key.name))]]

  const expressionOf = (column: string): string => {
    const plain = users.columns.find(({ name }) => name === column)
    if (plain !== undefined) return database.textOf(plain, own(column))
    const [alias = '', ...rest] = column.split('.')
    const { table, column: by, equals = mapping.key } = mapping.joins[alias] ?? { table: '', column: '' }
    const other = namedTable(tables, table)
    const value = database.textOf(columnOf(other, rest.join('.')), `j.${quotedName(rest.join('.'))}`)
    return `(select ${value} from ${quotedName(table)} j where j.${quotedName(by)} = ${own(equals)} limit 1)`
  }

  if (mapping.uid !== undefined) values.push(['uid', expressionOf(mapping.uid)])
  for (const [field, column] of Object.entries(mapping.columns) as [MappedField, string | undefined][]) {
    if (column !== undefined) values.push([field, expressionOf(column)])
  }
  for (const [field, column] of Object.entries(mapping.profile)) values.push([`profile:${field}`, expressionOf(column)])
  if (mapping.deleted !== undefined) values.push(['deleted', expressionOf(mapping.deleted.column)])
  if (mapping.bot !== undefined) values.push(['bot', expressionOf(mapping.bot.column)])
  if (mapping.groups) values.push(...rightsValues(database, mapping, own(key.name)))
  if (mapping.emailAddresses) values.push(...allauthValues(database, own(key.name)))

  const wanted =
    keys === undefined
      ? ''
      : ` where ${own(key.name)} in (${keys.map((one) => literalOf(database, key, one)).join(', ')})`
  const list = values.map(([, expression], position) => `${expression} as v${position}`)
  return {
    sql: `select ${list.join(', ')} from ${quotedName(users.name)} u${wanted} order by ${own(key.name)}`,
    positions: new Map(values.map(([name], position) => [name, position])),
  }
}

/**
 * The tables that Django creates for the groups and permissions of a user model: `<model table>_groups`. If the model's
 * table was renamed later, they still refer to it.
 */
export function membershipTables(database: Described, mapping: FullMapping) {
  const suffixed = (suffix: string, target: string) => {
    const named = database.tables.find(({ name }) => name === mapping.table + suffix)
    const table = named ?? database.tables.find((one) => one.name.endsWith(suffix) && refers(one, target))
    const user = table?.references.find((reference) => reference.table === mapping.table)?.column
    const other = table?.references.find((reference) => reference.table === target)?.column
    return table && user && other ? { table: table.name, user, other } : undefined
  }
  const refers = ({ references }: ForeignTable, target: string) =>
    [mapping.table, target].every((wanted) => references.some(({ table }) => table === wanted))
  return {
    groups: suffixed('_groups', 'auth_group'),
    permissions: suffixed('_user_permissions', 'auth_permission'),
  }
}

function rightsValues(database: Described, mapping: FullMapping, userKey: string): [string, string][] {
  const { groups, permissions } = membershipTables(database, mapping)
  const values: [string, string][] = []
  if (groups !== undefined) {
    const { table, user, other } = groups
    const from = `${quotedName(table)} m where m.${quotedName(user)} = ${userKey}`
    values.push(['groups', `(select ${joined(database, `m.${quotedName(other)}`)} from ${from})`])
  }
  if (permissions !== undefined) {
    const { table, user, other } = permissions
    const from =
      `${quotedName(table)} m join auth_permission p on p.id = m.${quotedName(other)} ` +
      `join django_content_type c on c.id = p.content_type_id where m.${quotedName(user)} = ${userKey}`
    values.push(['permissions', `(select ${joined(database, "c.app_label || '.' || p.codename")} from ${from})`])
  }
  return values
}

/** django-allauth stores the addresses of a user in a table of its own, and which of them are verified. */
function allauthValues(database: Described, userKey: string): [string, string][] {
  const table = database.tables.find(({ name }) => name === 'account_emailaddress')
  const names = ['user_id', 'email', 'primary', 'verified']
  if (table === undefined || !names.every((name) => table.columns.some((column) => column.name === name))) return []
  const primary = `a.${quotedName('primary')}`
  const isPrimary = database.kind === 'postgres' ? primary : `${primary} = 1`
  const from = `account_emailaddress a where a.user_id = ${userKey} and ${isPrimary} order by a.id limit 1`
  const verified = database.textOf(columnOf(table, 'verified'), 'a.verified')
  return [
    ['allauth_email', `(select a.email from ${from})`],
    ['allauth_verified', `(select ${verified} from ${from})`],
  ]
}

function joined({ kind }: Described, expression: string): string {
  return kind === 'postgres'
    ? `string_agg((${expression})::text, chr(31))`
    : `group_concat(cast(${expression} as text), char(31))`
}

function columnOf(table: ForeignTable, name: string) {
  const found = table.columns.find((column) => column.name === name)
  if (found === undefined) throw new Error(`${table.name} has no column ${name}`)
  return found
}

/** The condition that a row of the user table has this key. */
export function keyCondition(database: Described, mapping: FullMapping, key: string): string {
  const column = columnOf(namedTable(database.tables, mapping.table), mapping.key)
  return `${quotedName(column.name)} = ${literalOf(database, column, key)}`
}

/** A key in SQL: digits, or text in quotes. Django's UUIDs on SQLite have no hyphens. */
function literalOf({ kind }: Described, { type }: ForeignColumn, key: string): string {
  if (/^-?\d+$/.test(key) && /int|serial/.test(type)) return key
  const text = kind === 'sqlite' && type === 'char(32)' ? key.replaceAll('-', '') : key
  return `'${text.replaceAll("'", "''")}'`
}
