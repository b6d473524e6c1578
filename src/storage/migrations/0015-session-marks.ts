import { idType, type Migration, required } from './migration.ts'

/** One mark ends all sessions of an account at once; their rows follow in batches. */
export const sessionMarks: Migration = {
  name: '0015-session-marks',
  async up(db, kind) {
    await db.schema.alterTable('accounts').addColumn('sessions_ended_at', 'bigint').execute()
    await db.schema.alterTable('accounts').addColumn('sessions_end_reason', 'text').execute()
    await db.schema.alterTable('accounts').addColumn('sessions_kept_id', 'text').execute()
    await db.schema
      .createTable('session_marks')
      .addColumn('account_id', idType(kind), (column) =>
        column.primaryKey().references('accounts.id').onDelete('cascade'),
      )
      .addColumn('at', 'bigint', required)
      .addColumn('reason', 'text', required)
      .addColumn('kept_id', 'text', required)
      .addColumn('origin', 'text', required)
      .execute()
  },
}
