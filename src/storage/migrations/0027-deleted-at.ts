import type { Migration } from './migration.ts'

/** A webhook with many deliveries and a group with many members are gone at once; their rows are deleted in batches. */
export const deletedAt: Migration = {
  name: '0027-deleted-at',
  async up(db) {
    await db.schema.alterTable('webhook_endpoints').addColumn('deleted_at', 'bigint').execute()
    await db.schema.alterTable('groups').addColumn('deleted_at', 'bigint').execute()
  },
}
