import { watchingEvents } from '../../audit/committed-events.ts'
import type { Config } from '../../config/config.ts'
import { queueEventsForWebhooks } from '../../flows/webhooks/queue-events.ts'
import type { Database } from '../../storage/database.ts'
import { openMigratedDatabase } from '../../storage/migrated-database.ts'

/** Makes a command queue the events that it records for webhooks. The servers deliver them. */
export function queueingEvents(database: Database): Database {
  return watchingEvents(database, { awaited: queueEventsForWebhooks, committed: () => {} })
}

/** Opens the database for a command, beside the servers on it. @throws UnreadyDatabaseError */
export async function openBesideServers({ storage }: Pick<Config, 'storage'>): Promise<Database> {
  return queueingEvents(await openMigratedDatabase(storage.databaseUrl))
}
