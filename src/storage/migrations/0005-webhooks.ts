import { type ColumnDefinitionBuilder, sql } from 'kysely'
import { type Migration, required } from './migration.ts'

const ofEndpoint = (column: ColumnDefinitionBuilder) =>
  column.notNull().references('webhook_endpoints.id').onDelete('cascade')

/** The receivers of events, and the events waiting for them. */
export const webhooks: Migration = {
  name: '0005-webhooks',
  async up(db) {
    await db.schema
      .createTable('webhook_endpoints')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('url', 'text', required)
      .addColumn('description', 'text', required)
      .addColumn('sealed_secret', 'text', required)
      .addColumn('sealed_former_secret', 'text')
      .addColumn('former_secret_until', 'bigint')
      .addColumn('created_at', 'bigint', required)
      .addColumn('disabled_at', 'bigint')
      .execute()

    await db.schema
      .createTable('webhook_subscriptions')
      .addColumn('event', 'text', required)
      .addColumn('endpoint_id', 'text', ofEndpoint)
      .addPrimaryKeyConstraint('webhook_subscriptions_key', ['event', 'endpoint_id'])
      .execute()

    // The audit log may delete the event itself before its delivery.
    await db.schema
      .createTable('webhook_deliveries')
      .addColumn('endpoint_id', 'text', ofEndpoint)
      .addColumn('event_id', 'bigint', required)
      .addColumn('event', 'text', required)
      .addColumn('payload', 'text', required)
      .addColumn('queued_at', 'bigint', required)
      .addColumn('attempts', 'integer', required)
      .addColumn('next_attempt_at', 'bigint')
      .addColumn('delivered_at', 'bigint')
      .addColumn('given_up_at', 'bigint')
      .addColumn('last_status', 'integer')
      .addColumn('last_error', 'text')
      .addPrimaryKeyConstraint('webhook_deliveries_key', ['endpoint_id', 'event_id'])
      .execute()
    await db.schema
      .createIndex('webhook_deliveries_by_next_attempt')
      .on('webhook_deliveries')
      .columns(['endpoint_id', 'next_attempt_at'])
      .where(sql.ref('next_attempt_at'), 'is not', null)
      .execute()
    await db.schema.createIndex('webhook_deliveries_by_time').on('webhook_deliveries').column('queued_at').execute()
  },
}
