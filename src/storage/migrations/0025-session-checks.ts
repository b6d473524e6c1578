import type { Migration } from './migration.ts'

/**
 * Housekeeping finds expired sessions by a time that a refresh does not change. An index on a column that every refresh
 * changes made PostgreSQL write each of them into all indexes of the table.
 */
export const sessionChecks: Migration = {
  name: '0025-session-checks',
  async up(db) {
    // 0, also in rows of servers that do not know the column: housekeeping looks at them soon, and puts the time right.
    await db.schema
      .alterTable('sessions')
      .addColumn('prune_check_at', 'bigint', (column) => column.notNull().defaultTo(0))
      .execute()
    await db.schema.createIndex('sessions_by_prune_check').on('sessions').column('prune_check_at').execute()
    await db.schema.dropIndex('sessions_by_refresh_expiry').execute()
  },
}
