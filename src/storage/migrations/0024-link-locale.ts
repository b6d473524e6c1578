import type { Migration } from './migration.ts'

/** The language of the mail that a link was sent in, in which its page opens. */
export const linkLocale: Migration = {
  name: '0024-link-locale',
  async up(db) {
    await db.schema.alterTable('one_time_tokens').addColumn('locale', 'text').execute()
  },
}
