import type { Migration } from './migration.ts'

/** When somebody asked for the next key to sign, although it had not been published for long enough. */
export const scheduledRotations: Migration = {
  name: '0010-scheduled-rotations',
  async up(db) {
    await db.schema.alterTable('signing_keys').addColumn('rotation_asked_at', 'bigint').execute()
  },
}
