import type { Migration } from './migration.ts'

/**
 * Housekeeping finds expired sessions by a time that a refresh does not change. With an index on a column that every
 * refresh changes, PostgreSQL wrote each refresh into all indexes of the table.
 */
export const sessionChecks: Migration = {
  name: '0025-session-checks',
  async up(db) {
    // 0, even in rows of servers that do not know the column: housekeeping then looks at them soon, and sets the right
    // time.
    await db.schema
      .alterTable('sessions')
      .addColumn('prune_check_at', 'bigint', (column) => column.notNull().defaultTo(0))
      .execute()
    await db.schema.createIndex('sessions_by_prune_check').on('sessions').column('prune_check_at').execute()
    await db.schema.dropIndex('sessions_by_refresh_expiry').execute()
  },
}
