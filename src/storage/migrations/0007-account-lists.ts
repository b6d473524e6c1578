import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** The index for lists of accounts by last login. */
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
