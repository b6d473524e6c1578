import { sql } from 'kysely'
import { growingId, idType, type Migration, required } from './migration.ts'

/** Lookup of accounts by email address, one-time tokens, the outbox, and the devices of accounts. */
export const mail: Migration = {
  name: '0003-mail',
  async up(db, kind) {
    // Null until derived from the address: that rule does not belong to the schema.
    await db.schema.alterTable('accounts').addColumn('email_key', 'text').execute()
    await db.schema.createIndex('accounts_by_email').on('accounts').column('email_key').execute()
    await db.schema
      .createIndex('accounts_without_email_key')
      .on('accounts')
      .column('id')
      .where(sql.ref('email_key'), 'is', null)
      .execute()

    await db.schema
      .createTable('one_time_tokens')
      .addColumn('digest', 'text', (column) => column.primaryKey())
      .addColumn('purpose', 'text', required)
      .addColumn('account_id', 'bigint', (column) => column.references('accounts.id').onDelete('cascade'))
      .addColumn('credentials_version', 'integer')
      .addColumn('email', 'text', required)
      .addColumn('created_at', 'bigint', required)
      .addColumn('expires_at', 'bigint', required)
      .execute()
    await db.schema.createIndex('one_time_tokens_by_account').on('one_time_tokens').column('account_id').execute()
    await db.schema.createIndex('one_time_tokens_by_expiry').on('one_time_tokens').column('expires_at').execute()

    await db.schema
      .createTable('mail_requests')
      .addColumn('id', idType(kind), growingId(kind))
      .addColumn('purpose', 'text', required)
      .addColumn('email_key', 'text', required)
      .addColumn('account_id', 'bigint', (column) => column.references('accounts.id').onDelete('cascade'))
      .addColumn('requested_at', 'bigint', required)
      .execute()
    await db.schema.createIndex('mail_requests_by_account').on('mail_requests').column('account_id').execute()

    await db.schema
      .createTable('mail_outbox')
      .addColumn('number', idType(kind), growingId(kind))
      .addColumn('id', 'text', (column) => column.notNull().unique())
      .addColumn('kind', 'text', required)
      .addColumn('account_id', 'bigint', (column) => column.references('accounts.id').onDelete('cascade'))
      .addColumn('recipient', 'text', required)
      .addColumn('facts', 'text', required)
      .addColumn('sealed_tokens', 'text')
      .addColumn('queued_at', 'bigint', required)
      .addColumn('expires_at', 'bigint', required)
      .addColumn('attempts', 'integer', required)
      .addColumn('next_attempt_at', 'bigint')
      .addColumn('delivered_at', 'bigint')
      .addColumn('given_up_at', 'bigint')
      .addColumn('last_error', 'text')
      .execute()
    await db.schema
      .createIndex('mail_outbox_by_next_attempt')
      .on('mail_outbox')
      .column('next_attempt_at')
      .where(sql.ref('next_attempt_at'), 'is not', null)
      .execute()
    await db.schema.createIndex('mail_outbox_by_account').on('mail_outbox').column('account_id').execute()
    await db.schema.createIndex('mail_outbox_by_time').on('mail_outbox').column('queued_at').execute()

    await db.schema
      .createTable('known_devices')
      .addColumn('account_id', 'bigint', (column) => column.notNull().references('accounts.id').onDelete('cascade'))
      .addColumn('device_key', 'text', required)
      .addColumn('first_seen_at', 'bigint', required)
      .addColumn('last_seen_at', 'bigint', required)
      .addPrimaryKeyConstraint('known_devices_key', ['account_id', 'device_key'])
      .execute()
    await db.schema.createIndex('known_devices_by_time').on('known_devices').column('last_seen_at').execute()
  },
}
