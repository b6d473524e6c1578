import { type Migration, required } from './migration.ts'

/** One mark ends the sessions of a retired key at once; their rows follow in batches. */
export const retiredKeyMarks: Migration = {
  name: '0026-retired-key-marks',
  async up(db) {
    await db.schema
      .createTable('retired_key_marks')
      .addColumn('kid', 'text', (column) => column.primaryKey())
      .addColumn('refresh_kid', 'text', required)
      .addColumn('at', 'bigint', required)
      .addColumn('origin', 'text', required)
      .addColumn('followed_id', 'text', required)
      .execute()
  },
}
