import { type Migration, required } from './migration.ts'

/** One mark ends the sessions of all accounts at once; their rows follow in batches. */
export const allSessionsMark: Migration = {
  name: '0023-all-sessions-mark',
  async up(db) {
    await db.schema
      .createTable('all_sessions_mark')
      // Always 1: there is at most one mark.
      .addColumn('number', 'integer', (column) => column.primaryKey())
      .addColumn('at', 'bigint', required)
      .addColumn('origin', 'text', required)
      .addColumn('followed_id', 'text', required)
      .execute()
  },
}
