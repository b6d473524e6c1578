import { deriveEmailKeys } from '../../accounts/account-email-store.ts'
import { applyPhoneRegion } from '../../accounts/account-phone-store.ts'
import { applyUsernameRule } from '../../accounts/names/username-rule-store.ts'
import { indexPart } from '../../flows/upkeep/index-accounts.ts'
import { renewGroupNameKeys } from '../../permissions/group-store.ts'
import { whenDatabaseIsThere } from '../../storage/await-database.ts'
import { type Database, openDatabase } from '../../storage/database.ts'
import type { DatabaseWatch } from '../../storage/database-watch.ts'
import { migrate } from '../../storage/migrate.ts'
import { requireAllTables } from '../../storage/missing-tables.ts'
import { requireFitDatabase } from '../../storage/requirements.ts'
import { type AppParts, configuredUsernameRule } from '../parts.ts'
import { atStep } from './start-error.ts'

/** A database that is ready for a server, and the names of the migrations applied on the way. */
type PreparedDatabase = { database: Database; applied: string[] }

/**
 * Opens the database and prepares it: migrations and the rule for usernames. Waits for PostgreSQL.
 *
 * @throws StartError; its cause is a NewerSchemaError, MissingTablesError, SameNameError, UnfitDatabaseError or the
 * database's error
 */
export async function prepareDatabase(parts: AppParts, watch: Partial<DatabaseWatch> = {}): Promise<PreparedDatabase> {
  const { config, clock, log } = parts
  const { databaseUrl, databaseWaitMs, statementTimeoutMs, preparesStatements } = config.storage
  return atStep('database', async () => {
    const database = openDatabase(databaseUrl, watch, { statementTimeoutMs, preparesStatements })
    try {
      await whenDatabaseIsThere(() => requireFitDatabase(database), {
        waitMs: databaseWaitMs,
        onWait: (reason) => log.warn({ reason, seconds: databaseWaitMs / 1_000 }, 'waiting for the database'),
      })
      const applied = await migrate(database, clock.now())
      await requireAllTables(database.read)
      await database.inLongTransaction((tx) => applyUsernameRule(tx, configuredUsernameRule(config)))
      await database.inLongTransaction(deriveEmailKeys)
      await database.inLongTransaction((tx) => applyPhoneRegion(tx, config.accounts.defaultPhoneRegion))
      await database.inLongTransaction(renewGroupNameKeys)
      await indexPart(database)
      return { database, applied }
    } catch (error) {
      await database.close()
      throw error
    }
  })
}
