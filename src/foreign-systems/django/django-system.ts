import { type ForeignDatabase, type ForeignRow, quotedName } from '../../storage/foreign/foreign-database.ts'
import { openForeignDatabase } from '../../storage/foreign/open-foreign-database.ts'
import type { ForeignAccount, ForeignNote, ForeignPost, ForeignSpentToken, ForeignSystem } from '../foreign-system.ts'
import { hasUserTable } from './find-user-table.ts'
import { completeMapping, type FullMapping, namedTable } from './guess-mapping.ts'
import type { Mapping } from './mapping.ts'
import { mappingTemplate } from './mapping-template.ts'
import { profileTypesOf } from './profile-value.ts'
import { readAll, readGroups } from './read-groups.ts'
import { KEYS, readKeys } from './read-keys.ts'
import { accountReader } from './read-user.ts'
import { membershipTables, userQuery } from './user-query.ts'

/** A Django database, and how to read it. */
type DjangoOptions = {
  /** `sqlite:PATH`, a path, or `postgres://…`. */
  from: string
  /** PostgreSQL: the schema of one tenant. */
  schema?: string | undefined
  mapping?: Mapping | undefined
}

/** An open Django database. */
type DjangoSystem = ForeignSystem & { template: string }

/**
 * Opens a Django database for reading, in one snapshot.
 *
 * @throws ForeignDatabaseError, ForeignSystemError
 */
export async function openDjango({ from, schema, mapping: given }: DjangoOptions): Promise<DjangoSystem> {
  const isWanted =
    given === undefined
      ? hasUserTable
      : (tables: Parameters<typeof hasUserTable>[0]) => tables.some(({ name }) => name === given.table)
  const database = await openForeignDatabase(from, { schema, isWanted })
  try {
    const mapping = completeMapping(database.tables, given)
    const place = database.schema === undefined ? mapping.table : `${database.schema}.${mapping.table}`
    return {
      description: `the table ${place}`,
      async countAccounts() {
        const [row] = await readAll(database, `select cast(count(*) as text) from ${quotedName(mapping.table)}`)
        return Number(row?.[0] ?? 0)
      },
      accounts: () => readAccounts(database, mapping),
      groups: () => readGroups(database, mapping),
      spentTokens: (now) => readSpentTokens(database, mapping, now),
      posts: () => readPosts(database, mapping),
      keys: () => readKeys(database),
      notes: notesOf(database, mapping),
      template: mappingTemplate(database.tables, mapping),
      close: database.close,
    }
  } catch (error) {
    await database.close()
    throw error
  }
}

async function* readAccounts(
  database: ForeignDatabase,
  mapping: FullMapping,
): AsyncIterable<readonly ForeignAccount[]> {
  const query = userQuery(database, mapping)
  const key = namedTable(database.tables, mapping.table).columns.find(
    ({ name }) => name === (mapping.uid ?? mapping.key),
  )
  const read = accountReader(
    query.positions,
    mapping,
    /int|serial/.test(key?.type ?? ''),
    profileTypesOf(database.tables, mapping),
  )
  for await (const rows of database.rows(query.sql)) yield rows.map(read)
}

const OUTSTANDING = 'token_blacklist_outstandingtoken'
const BLACKLISTED = 'token_blacklist_blacklistedtoken'

/** Only what the blacklist needs; the tokens themselves are never read. */
async function* readSpentTokens(
  database: ForeignDatabase,
  mapping: FullMapping,
  now: number,
): AsyncIterable<readonly ForeignSpentToken[]> {
  const table = database.tables.find(({ name }) => name === OUTSTANDING)
  if (!mapping.blacklist || table === undefined || !database.tables.some(({ name }) => name === BLACKLISTED)) return
  const text = (name: string) => {
    const column = table.columns.find((one) => one.name === name)
    return column === undefined ? 'null' : database.textOf(column, `o.${quotedName(name)}`)
  }
  const sql = `select ${text('jti')}, ${text('user_id')}, ${text('expires_at')} from ${OUTSTANDING} o
    where exists (select 1 from ${BLACKLISTED} b where b.token_id = o.id)`
  for await (const rows of database.rows(sql)) {
    yield rows.flatMap(([jti, user, expires]) => {
      const expiresAt = Number(expires)
      return jti === null || jti === undefined || !(expiresAt > now)
        ? []
        : [{ jti, accountKey: user ?? undefined, expiresAt }]
    })
  }
}

async function* readPosts(database: ForeignDatabase, { posts }: FullMapping): AsyncIterable<readonly ForeignPost[]> {
  if (posts === undefined) return
  const table = namedTable(database.tables, posts.table)
  const text = (name: string | undefined) => {
    const column = table.columns.find((one) => one.name === name)
    return column === undefined ? 'null' : database.textOf(column, `p.${quotedName(column.name)}`)
  }
  const names = [table.key, posts.author, posts.title, posts.content, posts.created_at, posts.updated_at]
  const sql = `select ${names.map(text).join(', ')} from ${quotedName(table.name)} p order by p.${quotedName(table.key ?? '')}`
  for await (const rows of database.rows(sql)) yield rows.map(toPost)
}

function toPost([key, author, title, content, created, updated]: ForeignRow): ForeignPost {
  const createdAt = Number(created ?? 0)
  return {
    key: key ?? '',
    authorKey: author ?? '',
    title: title ?? '',
    content: content ?? '',
    createdAt,
    updatedAt: Number(updated ?? createdAt),
  }
}

/** Notes about what is not imported, and what was guessed. */
function notesOf(database: ForeignDatabase, mapping: FullMapping): ForeignNote[] {
  const { tables } = database
  const notes: ForeignNote[] = []
  const used = new Set<string | undefined>([
    ...Object.values(mapping.columns),
    ...Object.values(mapping.profile),
    mapping.key,
    mapping.uid,
    mapping.deleted?.column,
    mapping.bot?.column,
  ])
  const left = namedTable(tables, mapping.table).columns.filter(({ name }) => !used.has(name))
  if (left.length > 0) {
    const names = left.map(({ name }) => name).join(', ')
    notes.push({ subject: 'columns', says: `not imported, because no field is mapped to them: ${names}` })
  }
  const { groups, permissions } = membershipTables(database, mapping)
  const read = new Set([
    groups?.table,
    permissions?.table,
    OUTSTANDING,
    KEYS,
    'account_emailaddress',
    mapping.posts?.table,
  ])
  const others = tables.filter(
    ({ name, references }) => !read.has(name) && references.some((reference) => reference.table === mapping.table),
  )
  if (others.length > 0) {
    const names = others.map(({ name }) => name).join(', ')
    notes.push({ subject: 'tables', says: `stay in Django, and refer to the users by the same keys: ${names}` })
  }
  if (mapping.bot?.action === 'import') {
    notes.push({ subject: 'bots', says: `marked by ${mapping.bot.column}, and imported like everybody else` })
  }
  return notes
}
