import type { Migration } from './migration.ts'

/** The language of the email with a link. The page of the link opens in it too. */
export const linkLocale: Migration = {
  name: '0024-link-locale',
  async up(db) {
    await db.schema.alterTable('one_time_tokens').addColumn('locale', 'text').execute()
  },
}
