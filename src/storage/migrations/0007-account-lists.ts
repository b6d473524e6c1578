import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** What lists of accounts by their last login are read from. */
export const accountLists: Migration = {
  name: '0007-account-lists',
  async up(db) {
    await db.schema
      .createIndex('accounts_by_last_login')
      .on('accounts')
      .expression(sql`coalesce(last_login_at, 0), id`)
      .execute()
  },
}
