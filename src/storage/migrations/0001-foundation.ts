import { idType, type Migration, neverReusedId, required } from './migration.ts'

/** Accounts, passwords, sessions, keys, the audit log and the sample posts. */
export const foundation: Migration = {
  name: '0001-foundation',
  async up(db, kind) {
    await db.schema
      .createTable('accounts')
      .addColumn('id', idType(kind), neverReusedId(kind))
      .addColumn('username', 'text', required)
      .addColumn('username_key', 'text', (column) => column.notNull().unique())
      .addColumn('email', 'text', required)
      .addColumn('phone_number', 'text', required)
      .addColumn('first_name', 'text', required)
      .addColumn('last_name', 'text', required)
      .addColumn('is_staff', 'integer', required)
      .addColumn('is_superuser', 'integer', required)
      .addColumn('created_at', 'bigint', required)
      .addColumn('last_login_at', 'bigint')
      .addColumn('email_verified_at', 'bigint')
      .addColumn('deactivated_at', 'bigint')
      .addColumn('sessions_void_at', 'bigint')
      .addColumn('credentials_version', 'integer', required)
      .execute()

    await db.schema
      .createTable('passwords')
      .addColumn('account_id', 'bigint', (column) => column.primaryKey().references('accounts.id').onDelete('cascade'))
      .addColumn('hash', 'text', required)
      .addColumn('changed_at', 'bigint', required)
      .execute()

    // No foreign key: a session outlives its deleted account until its tokens have expired, so that they get a specific
    // refusal.
    await db.schema
      .createTable('sessions')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('account_id', 'bigint', required)
      .addColumn('created_at', 'bigint', required)
      .addColumn('expires_at', 'bigint')
      .addColumn('refresh_seed', 'text', required)
      .addColumn('refresh_generation', 'integer', required)
      .addColumn('refreshed_at', 'bigint', required)
      .addColumn('refresh_expires_at', 'bigint', required)
      .addColumn('ended_at', 'bigint')
      .addColumn('end_reason', 'text')
      .addColumn('address', 'text', required)
      .addColumn('user_agent', 'text', required)
      .addColumn('amr', 'text', required)
      .execute()
    await db.schema.createIndex('sessions_by_account').on('sessions').column('account_id').execute()
    await db.schema.createIndex('sessions_by_refresh_expiry').on('sessions').column('refresh_expires_at').execute()

    await db.schema
      .createTable('signing_keys')
      .addColumn('kid', 'text', (column) => column.primaryKey())
      .addColumn('algorithm', 'text', required)
      .addColumn('sealed_private_jwk', 'text')
      .addColumn('created_at', 'bigint', required)
      .addColumn('activated_at', 'bigint')
      .addColumn('superseded_at', 'bigint')
      .addColumn('retires_at', 'bigint')
      .addColumn('retired_at', 'bigint')
      .execute()

    // No foreign keys: events must outlive the account.
    await db.schema
      .createTable('audit_events')
      .addColumn('id', idType(kind), neverReusedId(kind))
      .addColumn('at', 'bigint', required)
      .addColumn('event', 'text', required)
      .addColumn('account_id', 'bigint')
      .addColumn('session_id', 'text')
      .addColumn('actor', 'text', required)
      .addColumn('actor_id', 'bigint')
      .addColumn('address', 'text', required)
      .addColumn('user_agent', 'text', required)
      .addColumn('facts', 'text', required)
      .execute()
    await db.schema.createIndex('audit_events_by_account').on('audit_events').columns(['account_id', 'id']).execute()
    await db.schema.createIndex('audit_events_by_event').on('audit_events').columns(['event', 'id']).execute()
    await db.schema.createIndex('audit_events_by_time').on('audit_events').column('at').execute()

    await db.schema
      .createTable('server_state')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('value', 'text', required)
      .execute()

    await db.schema
      .createTable('posts')
      .addColumn('id', idType(kind), neverReusedId(kind))
      .addColumn('author_id', 'bigint', (column) => column.notNull().references('accounts.id').onDelete('cascade'))
      .addColumn('title', 'text', required)
      .addColumn('content', 'text', required)
      .addColumn('created_at', 'bigint', required)
      .addColumn('updated_at', 'bigint', required)
      .execute()
    await db.schema.createIndex('posts_by_author').on('posts').column('author_id').execute()
  },
}
