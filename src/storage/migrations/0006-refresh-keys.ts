import type { Migration } from './migration.ts'

/** Which key signed the current refresh token of each session. Of sessions from before nobody knows. */
export const refreshKeys: Migration = {
  name: '0006-refresh-keys',
  async up(db) {
    await db.schema.alterTable('sessions').addColumn('refresh_kid', 'text').execute()
  },
}
