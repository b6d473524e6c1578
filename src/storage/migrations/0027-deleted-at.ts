import type { Migration } from './migration.ts'

/**
 * Hides a deleted webhook with many deliveries, or a deleted group with many members, at once; the rows are deleted in
 * batches.
 */
export const deletedAt: Migration = {
  name: '0027-deleted-at',
  async up(db) {
    await db.schema.alterTable('webhook_endpoints').addColumn('deleted_at', 'bigint').execute()
    await db.schema.alterTable('groups').addColumn('deleted_at', 'bigint').execute()
  },
}
