import type { Migration } from './migration.ts'

/**
 * When the walk through the sessions of a retired key began. A second walk finds the sessions that processes have started
 * before they read the keys again.
 */
export const retiredKeyWalks: Migration = {
  name: '0028-retired-key-walks',
  async up(db) {
    await db.schema.alterTable('retired_key_marks').addColumn('walk_began_at', 'bigint').execute()
  },
}
