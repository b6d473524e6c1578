import { sql } from 'kysely'
import type { Database } from './database.ts'
import { MissingTablesError, sqlStateOf } from './database-trouble.ts'
import { foundation } from './migrations/0001-foundation.ts'
import { rateLimits } from './migrations/0002-rate-limits.ts'
import { mail } from './migrations/0003-mail.ts'
import { groups } from './migrations/0004-groups.ts'
import { webhooks } from './migrations/0005-webhooks.ts'
import { refreshKeys } from './migrations/0006-refresh-keys.ts'
import { accountLists } from './migrations/0007-account-lists.ts'
import { queues } from './migrations/0008-queues.ts'
import { rotatedTokens } from './migrations/0009-rotated-tokens.ts'
import { scheduledRotations } from './migrations/0010-scheduled-rotations.ts'
import { lists } from './migrations/0011-lists.ts'
import { locale } from './migrations/0012-locale.ts'
import { accountUids } from './migrations/0013-account-uids.ts'
import { eventsByActor } from './migrations/0014-events-by-actor.ts'
import { sessionMarks } from './migrations/0015-session-marks.ts'
import { phoneKeys } from './migrations/0016-phone-keys.ts'
import { factors } from './migrations/0017-factors.ts'
import { imports } from './migrations/0018-imports.ts'
import { keysAndActivation } from './migrations/0019-keys-and-activation.ts'
import { accountSearch } from './migrations/0020-account-search.ts'
import { factorRemovals } from './migrations/0021-factor-removals.ts'
import { foundByAddress } from './migrations/0022-found-by-address.ts'
import { allSessionsMark } from './migrations/0023-all-sessions-mark.ts'
import { linkLocale } from './migrations/0024-link-locale.ts'
import { sessionChecks } from './migrations/0025-session-checks.ts'
import { retiredKeyMarks } from './migrations/0026-retired-key-marks.ts'
import { deletedAt } from './migrations/0027-deleted-at.ts'
import { retiredKeyWalks } from './migrations/0028-retired-key-walks.ts'
import { deletedAuthors } from './migrations/0029-deleted-authors.ts'
import type { Migration } from './migrations/migration.ts'
import { findMissingTables } from './missing-tables.ts'
import type { Queryable } from './prepared.ts'

/** In order: the number of a migration is its position here, starting at 1. */
const migrations: readonly Migration[] = [
  foundation,
  rateLimits,
  mail,
  groups,
  webhooks,
  refreshKeys,
  accountLists,
  queues,
  rotatedTokens,
  scheduledRotations,
  lists,
  locale,
  accountUids,
  eventsByActor,
  sessionMarks,
  phoneKeys,
  factors,
  imports,
  keysAndActivation,
  accountSearch,
  factorRemovals,
  foundByAddress,
  allSessionsMark,
  linkLocale,
  sessionChecks,
  retiredKeyMarks,
  deletedAt,
  retiredKeyWalks,
  deletedAuthors,
]

/** The names of all migrations, in order. */
export const migrationNames: readonly string[] = migrations.map(({ name }) => name)

/** A newer version of Latchkey has migrated the database, so this version does not know its tables. */
export class NewerSchemaError extends Error {
  constructor(found: number) {
    super(
      `the database has schema ${found}, but this version of Latchkey knows only up to ${migrations.length}. ` +
        'A newer version has used it. Start that version, or restore a backup made before the upgrade',
    )
    this.name = 'NewerSchemaError'
  }
}

/**
 * Applies all migrations that the database has not seen, in one transaction under a lock. If several processes start at
 * once, one migrates and the others find it done.
 *
 * @returns the names of the migrations applied now
 * @throws NewerSchemaError
 */
export async function migrate(database: Database, now: number): Promise<string[]> {
  await createList(database)
  return database.inLongTransaction(async (tx) => {
    // The lock belongs to the transaction, because a session lock would not work through a pooler.
    if (database.kind === 'postgres') await sql`lock table schema_migrations in exclusive mode`.execute(tx)
    const applied = await appliedSteps(tx)
    if (applied > migrations.length) throw new NewerSchemaError(applied)
    if (applied === 0) await refuseUnlisted(tx)
    const names: string[] = []
    for (const [index, migration] of migrations.entries()) {
      if (index < applied) continue
      await migration.up(tx, database.kind)
      await sql`insert into schema_migrations (number, name, applied_at)
        values (${index + 1}, ${migration.name}, ${now})`.execute(tx)
      names.push(migration.name)
    }
    return names
  })
}

/** Tables without the list of migrations, which was created just now: that list is lost. */
async function refuseUnlisted(tx: Queryable): Promise<void> {
  const missing = await findMissingTables(tx)
  const isOurs = ['accounts', 'signing_keys', 'audit_events', 'server_state'].every((name) => !missing.includes(name))
  if (isOurs) throw new MissingTablesError(['schema_migrations'])
}

/** If several processes create the table at once on PostgreSQL, all but one may fail, and then find it created. */
async function createList(database: Database): Promise<void> {
  const create = () =>
    database.inTransaction((tx) =>
      tx.schema
        .createTable('schema_migrations')
        .ifNotExists()
        .addColumn('number', 'integer', (column) => column.primaryKey())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('applied_at', 'bigint', (column) => column.notNull())
        .execute(),
    )
  try {
    await create()
  } catch (error) {
    if (!MADE_BY_ANOTHER.has(sqlStateOf(error) ?? '')) throw error
    await create()
  }
}

/** `unique_violation`, of PostgreSQL's own list of types and tables; `duplicate_table`; `duplicate_object`. */
const MADE_BY_ANOTHER: ReadonlySet<string> = new Set(['23505', '42P07', '42710'])

/** How many migrations the database is behind this version; negative if it is ahead; all of them if it is empty. */
export async function pendingMigrations(database: Database): Promise<number> {
  const isEmpty = (await findMissingTables(database.read)).includes('schema_migrations')
  return migrations.length - (isEmpty ? 0 : await appliedSteps(database.read))
}

async function appliedSteps(db: Queryable): Promise<number> {
  const { rows } = await sql<{ latest: number | null }>`select max(number) as latest from schema_migrations`.execute(db)
  return rows[0]?.latest ?? 0
}
