import { sql } from 'kysely'
import { type Migration, required } from './migration.ts'

/** Keys, which are sessions without tokens; links that depend on other facts than the version; awaited activations. */
export const keysAndActivation: Migration = {
  name: '0019-keys-and-activation',
  async up(db) {
    await db.schema.alterTable('sessions').addColumn('key_digest', 'text').execute()
    await db.schema.alterTable('sessions').addColumn('sealed_key', 'text').execute()
    const keys = db.schema.createIndex('sessions_by_key').unique().on('sessions').column('key_digest')
    await keys.where(sql.ref('key_digest'), 'is not', null).execute()
    await db.schema.alterTable('one_time_tokens').addColumn('account_state', 'text').execute()
    await db.schema
      .createTable('pending_activations')
      .addColumn('account_id', 'bigint', (column) => column.primaryKey().references('accounts.id').onDelete('cascade'))
      .addColumn('since', 'bigint', required)
      .execute()
  },
}
