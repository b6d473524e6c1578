import type { Migration } from './migration.ts'

/** When a session last presented a rotated refresh token. It shows how many users blacklisting would log out. */
export const rotatedTokens: Migration = {
  name: '0009-rotated-tokens',
  async up(db) {
    await db.schema.alterTable('sessions').addColumn('rotated_token_at', 'bigint').execute()
    await db.schema
      .createIndex('sessions_by_rotated_token')
      .on('sessions')
      .column('rotated_token_at')
      .where('rotated_token_at', 'is not', null)
      .execute()
  },
}
