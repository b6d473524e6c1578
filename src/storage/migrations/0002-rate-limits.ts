import { type Migration, required } from './migration.ts'

/** Counts for rate limits, and the networks that accounts logged in from. */
export const rateLimits: Migration = {
  name: '0002-rate-limits',
  async up(db) {
    // rate-limiter-flexible prescribes the names and types. On SQLite, where it counts in memory, the table stays
    // empty.
    await db.schema
      .createTable('rate_limits')
      .addColumn('key', 'text', (column) => column.primaryKey())
      .addColumn('points', 'integer', required)
      .addColumn('expire', 'bigint')
      .execute()
    await db.schema.createIndex('rate_limits_by_expiry').on('rate_limits').column('expire').execute()

    await db.schema
      .createTable('known_networks')
      .addColumn('account_id', 'bigint', (column) => column.notNull().references('accounts.id').onDelete('cascade'))
      .addColumn('network', 'text', required)
      .addColumn('last_login_at', 'bigint', required)
      .addPrimaryKeyConstraint('known_networks_key', ['account_id', 'network'])
      .execute()
    await db.schema.createIndex('known_networks_by_time').on('known_networks').column('last_login_at').execute()
  },
}
