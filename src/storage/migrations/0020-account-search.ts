import { sql } from 'kysely'
import { idType, type Migration } from './migration.ts'

/**
 * The data that a search uses: the folded text of each account, and the words in it by their beginnings. Null: not
 * derived yet; the next start derives them in batches.
 */
export const accountSearch: Migration = {
  name: '0020-account-search',
  async up(db, kind) {
    await db.schema.alterTable('accounts').addColumn('search_text', 'text').execute()
    const unfound = db.schema.createIndex('accounts_not_found').on('accounts').column('id')
    await unfound.where(sql.ref('search_text'), 'is', null).execute()
    await db.schema
      .createTable('account_words')
      // Compared byte by byte, so that all words with the same beginning are adjacent.
      .addColumn('word', kind === 'postgres' ? sql`text collate "C"` : 'text', (column) => column.notNull())
      .addColumn('account_id', idType(kind), (column) => column.notNull().references('accounts.id').onDelete('cascade'))
      .addPrimaryKeyConstraint('account_words_pkey', ['account_id', 'word'])
      .execute()
    await db.schema.createIndex('account_words_by_word').on('account_words').columns(['word', 'account_id']).execute()
  },
}
