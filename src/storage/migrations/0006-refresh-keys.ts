import type { Migration } from './migration.ts'

/** The key that signed the current refresh token of each session; unknown for older sessions. */
export const refreshKeys: Migration = {
  name: '0006-refresh-keys',
  async up(db) {
    await db.schema.alterTable('sessions').addColumn('refresh_kid', 'text').execute()
  },
}
