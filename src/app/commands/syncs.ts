import { createSyncDjango, type SyncDjango } from '../../flows/sync/sync-django.ts'
import { openMigratedDatabase } from '../../storage/migrated-database.ts'
import type { AppParts } from '../parts.ts'

/** Builds what writes accounts into other systems, for the duration of `work`, beside the servers on the same database. */
export async function withSyncDjango<T>(parts: AppParts, work: (sync: SyncDjango) => Promise<T>): Promise<T> {
  const database = await openMigratedDatabase(parts.config.storage.databaseUrl)
  try {
    return await work(createSyncDjango({ database, clock: parts.clock, random: parts.random }))
  } finally {
    await database.close()
  }
}
