import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** Indexes for the sortable lists of accounts and for lists of sessions, of all accounts and of one. */
export const lists: Migration = {
  name: '0011-lists',
  async up(db) {
    const accounts = (name: string) => db.schema.createIndex(`accounts_by_${name}`).on('accounts')
    await accounts('address').expression(sql`coalesce(email_key, ''), id`).execute()
    await accounts('staff').columns(['is_staff', 'id']).execute()
    await accounts('state').expression(sql`(case when deactivated_at is null then 1 else 0 end), id`).execute()

    await db.schema.createIndex('sessions_by_start').on('sessions').columns(['created_at', 'id']).execute()
    await db.schema
      .createIndex('sessions_of_account')
      .on('sessions')
      .columns(['account_id', 'created_at', 'id'])
      .execute()
    const running = db.schema.createIndex('sessions_running').on('sessions').columns(['account_id', 'created_at', 'id'])
    await running.where(sql.ref('ended_at'), 'is', null).execute()
    await db.schema.dropIndex('sessions_by_account').execute()
  },
}
