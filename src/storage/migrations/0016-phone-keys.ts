import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** The keys by which phone numbers are found. Null: not derived yet; the next start derives them. */
export const phoneKeys: Migration = {
  name: '0016-phone-keys',
  async up(db) {
    await db.schema.alterTable('accounts').addColumn('phone_key', 'text').execute()
    await sql`update accounts set phone_key = '' where phone_number = ''`.execute(db)
    await db.schema.createIndex('accounts_by_phone').on('accounts').columns(['phone_key', 'id']).execute()
  },
}
