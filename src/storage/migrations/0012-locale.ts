import type { Migration } from './migration.ts'

/** The language of an account. Null: nobody has chosen one. */
export const locale: Migration = {
  name: '0012-locale',
  async up(db) {
    await db.schema.alterTable('accounts').addColumn('locale', 'text').execute()
  },
}
