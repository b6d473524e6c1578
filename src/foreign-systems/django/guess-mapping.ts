import type { ForeignTable } from '../../storage/foreign/foreign-database.ts'
import { ForeignSystemError } from '../foreign-system.ts'
import { findUserTable } from './find-user-table.ts'
import type { MappedField, Mapping } from './mapping.ts'

/** The usual column names of a field in projects, the most common one first. */
const usualNames: Record<MappedField, readonly string[]> = {
  username: ['username', 'user_name', 'login', 'handle'],
  email: ['email', 'email_address', 'mail'],
  phone_number: ['phone_number', 'phone', 'mobile_number', 'mobile', 'cell_phone', 'msisdn'],
  first_name: ['first_name', 'firstname', 'given_name', 'name', 'full_name', 'fullname', 'display_name'],
  last_name: ['last_name', 'lastname', 'family_name', 'surname'],
  password: ['password', 'hashed_password', 'password_hash'],
  is_active: ['is_active', 'active', 'is_enabled', 'enabled'],
  is_staff: ['is_staff', 'staff'],
  is_superuser: ['is_superuser', 'superuser', 'is_admin'],
  email_verified: ['email_verified', 'is_email_verified', 'email_verified_at', 'email_confirmed', 'is_verified'],
  date_joined: ['date_joined', 'created_at', 'created', 'joined_at', 'created_on', 'date_created'],
  last_login: ['last_login', 'last_login_at'],
}

const DELETED = [
  ...['is_deleted', 'deleted', 'deleted_at', 'deleted_on', 'date_deleted', 'soft_deleted', 'is_soft_deleted'],
  ...['is_removed', 'removed', 'removed_at'],
]
const BOT = ['is_bot', 'bot']

/** A complete mapping, with nothing left to guess. */
export type FullMapping = Required<Pick<Mapping, 'table' | 'joins' | 'profile' | 'overrides'>> & {
  key: string
  /** The column by which tokens name a user (USER_ID_FIELD); undefined: the key. */
  uid: string | undefined
  columns: Record<MappedField, string | undefined>
  deleted: NonNullable<Mapping['deleted']> | undefined
  bot: NonNullable<Mapping['bot']> | undefined
  groups: boolean
  emailAddresses: boolean
  blacklist: boolean
  posts: NonNullable<Mapping['posts']> | undefined
}

/**
 * Completes a mapping by guessing the missing parts from the names of columns and tables.
 *
 * @param given undefined: everything is guessed
 * @throws ForeignSystemError if it names something that the database does not have
 */
export function completeMapping(tables: readonly ForeignTable[], given: Partial<Mapping> = {}): FullMapping {
  const table = given.table === undefined ? findUserTable(tables) : namedTable(tables, given.table)
  const key = given.key ?? table.key
  if (key === undefined) {
    throw new ForeignSystemError(`The table ${table.name} has no primary key of one column. Name one: {"key": "…"}.`)
  }
  const mapping: FullMapping = {
    table: table.name,
    key,
    uid: given.uid ?? undefined,
    columns: columnsOf(table, given.columns ?? {}),
    joins: given.joins ?? {},
    profile: given.profile ?? {},
    deleted: given.deleted === undefined ? guessedMark(table, DELETED, 'deactivate') : (given.deleted ?? undefined),
    bot: given.bot === undefined ? guessedMark(table, BOT, 'import') : (given.bot ?? undefined),
    groups: given.groups ?? true,
    emailAddresses: given.email_addresses ?? true,
    blacklist: given.blacklist ?? true,
    posts: given.posts === undefined ? guessedPosts(tables, table.name) : (given.posts ?? undefined),
    overrides: given.overrides ?? {},
  }
  requireKnown(tables, table, mapping)
  return mapping
}

/** The table with this name. @throws ForeignSystemError */
export function namedTable(tables: readonly ForeignTable[], name: string): ForeignTable {
  const found = tables.find((table) => table.name === name)
  if (found === undefined) throw new ForeignSystemError(`The database has no table ${JSON.stringify(name)}.`)
  return found
}

function columnsOf(table: ForeignTable, given: NonNullable<Mapping['columns']>): FullMapping['columns'] {
  const taken = new Set(Object.values(given))
  const fields = Object.keys(usualNames) as MappedField[]
  const guess = (field: MappedField) =>
    usualNames[field].find((name) => !taken.has(name) && table.columns.some((column) => column.name === name))
  const found = fields.map((field) => {
    const column = given[field] === undefined ? guess(field) : (given[field] ?? undefined)
    taken.add(column ?? null)
    return [field, column] as const
  })
  return Object.fromEntries(found) as FullMapping['columns']
}

function guessedMark(table: ForeignTable, names: readonly string[], action: 'deactivate' | 'import') {
  const column = names.find((name) => table.columns.some((one) => one.name === name))
  return column === undefined ? undefined : { column, action }
}

/** The sample application: a table of posts with an author, a title and a text. */
function guessedPosts(tables: readonly ForeignTable[], users: string): FullMapping['posts'] {
  for (const table of tables) {
    const author = table.references.find((reference) => reference.table === users)?.column
    const has = (...names: string[]) => names.find((name) => table.columns.some((column) => column.name === name))
    const [title, content] = [has('title'), has('content', 'body')]
    if (!/(^|_)posts?$/.test(table.name) || table.key === undefined || !author || !title || !content) continue
    if (!/^author|^user|^owner/.test(author)) continue
    const [created, updated] = [has('created_at', 'created'), has('updated_at', 'updated', 'modified')]
    return {
      table: table.name,
      author,
      title,
      content,
      ...(created && { created_at: created }),
      ...(updated && { updated_at: updated }),
    }
  }
  return undefined
}

function requireKnown(tables: readonly ForeignTable[], table: ForeignTable, mapping: FullMapping): void {
  const joined = new Map(Object.entries(mapping.joins).map(([name, join]) => [name, namedTable(tables, join.table)]))
  const has = (one: ForeignTable, column: string) => one.columns.some(({ name }) => name === column)
  const require = (one: ForeignTable, column: string) => {
    if (!has(one, column))
      throw new ForeignSystemError(`The table ${one.name} has no column ${JSON.stringify(column)}.`)
  }
  require(table, mapping.key)
  for (const [name, { column, equals }] of Object.entries(mapping.joins)) {
    require(joined.get(name) ?? table, column)
    if (equals !== undefined) require(table, equals)
  }
  const named = [...Object.values(mapping.columns), ...Object.values(mapping.profile)]
  for (const column of [...named, mapping.uid, mapping.deleted?.column, mapping.bot?.column]) {
    if (column === undefined || has(table, column)) continue
    const [join, ...rest] = column.split('.')
    const other = rest.length > 0 ? joined.get(join ?? '') : undefined
    if (other === undefined) {
      throw new ForeignSystemError(
        `The table ${table.name} has no column ${JSON.stringify(column)}, and no join of the mapping leads to it.`,
      )
    }
    require(other, rest.join('.'))
  }
  if (mapping.posts !== undefined) {
    const posts = namedTable(tables, mapping.posts.table)
    const { table: _, ...columns } = mapping.posts
    for (const column of Object.values(columns)) require(posts, column)
  }
}
