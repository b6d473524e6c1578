import { type Database, openDatabase } from '../../src/storage/database.ts'
import { migrate } from '../../src/storage/migrate.ts'
import type { TestDatabase } from './databases.ts'

/** A database for one test, with all tables and no rows, and any number of processes on it. */
export type MigratedDatabase = {
  url: string
  /** One more process on it. */
  open(): Database
  /** Closes all processes, and drops it. */
  drop(): Promise<void>
}

/** Creates one. If it is older than the sources, the missing migrations are applied with `now` as their time. */
export async function createMigratedDatabase(
  { create, createMigrated = create }: TestDatabase,
  now: number,
): Promise<MigratedDatabase> {
  const place = await createMigrated()
  const opened: Database[] = []

  function open(): Database {
    const database = openDatabase(place.url)
    opened.push(database)
    return database
  }

  await migrate(open(), now)
  return {
    url: place.url,
    open,
    async drop() {
      await Promise.all(opened.map((database) => database.close()))
      await place.drop()
    },
  }
}
