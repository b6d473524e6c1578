import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** The `uid` of accounts. Existing accounts keep the id that their tokens contain, as a number. */
export const accountUids: Migration = {
  name: '0013-account-uids',
  async up(db, kind) {
    const accounts = db.schema.alterTable('accounts')
    // SQLite cannot add a required column without a default. No statement relies on the default.
    await accounts.addColumn('uid', 'text', (column) => column.notNull().defaultTo('')).execute()
    await accounts.addColumn('uid_is_number', 'integer', (column) => column.notNull().defaultTo(1)).execute()
    await sql`update accounts set uid = cast(id as text)`.execute(db)
    await db.schema.createIndex('accounts_by_uid').unique().on('accounts').column('uid').execute()
    if (kind === 'postgres') await sql`alter table accounts alter column uid drop default`.execute(db)
  },
}
