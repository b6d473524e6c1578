import type { Migration } from './migration.ts'

/** When an administrator's removal of a factor takes effect, so that its owner can cancel it until then. */
export const factorRemovals: Migration = {
  name: '0021-factor-removals',
  async up(db) {
    await db.schema.alterTable('factors').addColumn('removes_at', 'bigint').execute()
    await db.schema.createIndex('factors_by_removal').on('factors').column('removes_at').execute()
  },
}
