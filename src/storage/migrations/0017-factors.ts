import { idType, type Migration, required } from './migration.ts'

/** Second factors, passkeys, logins that wait for one, trusted devices, and when a session last proved itself. */
export const factors: Migration = {
  name: '0017-factors',
  async up(db, kind) {
    const id = idType(kind)
    await db.schema
      .createTable('factors')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('account_id', id, (column) => column.notNull().references('accounts.id').onDelete('cascade'))
      .addColumn('type', 'text', required)
      .addColumn('name', 'text', required)
      .addColumn('created_at', 'bigint', required)
      .addColumn('confirmed_at', 'bigint')
      .addColumn('last_used_at', 'bigint')
      .addColumn('version', 'integer', required)
      .addColumn('lookup_key', 'text', (column) => column.unique())
      .addColumn('data', 'text', required)
      .execute()
    await db.schema.createIndex('factors_of_account').on('factors').columns(['account_id', 'created_at']).execute()

    await db.schema
      .createTable('factor_holders')
      .addColumn('account_id', id, (column) => column.primaryKey().references('accounts.id').onDelete('cascade'))
      .addColumn('user_handle', 'text', (column) => column.notNull().unique())
      .addColumn('required_since', 'bigint')
      .execute()

    await db.schema
      .createTable('login_challenges')
      .addColumn('digest', 'text', (column) => column.primaryKey())
      .addColumn('purpose', 'text', required)
      .addColumn('account_id', id, (column) => column.references('accounts.id').onDelete('cascade'))
      .addColumn('credentials_version', 'integer')
      .addColumn('email_key', 'text')
      .addColumn('amr', 'text', required)
      .addColumn('attempts', 'integer', required)
      .addColumn('state', 'text', required)
      .addColumn('created_at', 'bigint', required)
      .addColumn('expires_at', 'bigint', required)
      .execute()
    await db.schema.createIndex('login_challenges_by_expiry').on('login_challenges').column('expires_at').execute()
    await db.schema.createIndex('login_challenges_of_account').on('login_challenges').column('account_id').execute()

    await db.schema
      .createTable('trusted_devices')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('account_id', id, (column) => column.notNull().references('accounts.id').onDelete('cascade'))
      .addColumn('digest', 'text', (column) => column.notNull().unique())
      .addColumn('credentials_version', 'integer', required)
      .addColumn('created_at', 'bigint', required)
      .addColumn('expires_at', 'bigint', required)
      .addColumn('address', 'text', required)
      .addColumn('user_agent', 'text', required)
      .execute()
    await db.schema.createIndex('trusted_devices_of_account').on('trusted_devices').column('account_id').execute()
    await db.schema.createIndex('trusted_devices_by_expiry').on('trusted_devices').column('expires_at').execute()

    await db.schema.alterTable('sessions').addColumn('proven_at', 'bigint').execute()
  },
}
