import { sql } from 'kysely'
import { type Migration, required } from './migration.ts'

/**
 * Queues whose cost does not grow with their length: an index for each query, rows for destinations that do not
 * respond, and the account of an event, so that one account cannot fill a queue. Also the counts per hour.
 */
export const queues: Migration = {
  name: '0008-queues',
  async up(db) {
    const pending = [sql.ref('next_attempt_at'), 'is not', null] as const
    const givenUp = [sql.ref('given_up_at'), 'is not', null] as const

    await db.schema.alterTable('webhook_deliveries').addColumn('account_id', 'bigint').execute()
    await db.schema.dropIndex('webhook_deliveries_by_next_attempt').execute()
    const deliveries = (name: string) => db.schema.createIndex(`webhook_deliveries_${name}`).on('webhook_deliveries')
    const due = deliveries('due').columns(['endpoint_id', 'next_attempt_at', 'event_id'])
    await due.where(...pending).execute()
    await deliveries('pending')
      .columns(['endpoint_id', 'event_id'])
      .where(...pending)
      .execute()
    await deliveries('given_up')
      .columns(['endpoint_id', 'event_id'])
      .where(...givenUp)
      .execute()
    await deliveries('of_account')
      .columns(['endpoint_id', 'account_id'])
      .where(...pending)
      .execute()

    const mails = (name: string) => db.schema.createIndex(`mail_outbox_${name}`).on('mail_outbox')
    await mails('pending')
      .column('number')
      .where(...pending)
      .execute()
    await mails('given_up')
      .column('number')
      .where(...givenUp)
      .execute()
    await mails('by_expiry')
      .column('expires_at')
      .where(...pending)
      .execute()
    await mails('of_account').columns(['account_id', 'kind', 'queued_at']).execute()
    await db.schema.dropIndex('mail_outbox_by_account').execute()

    await db.schema
      .createTable('queue_lanes')
      .addColumn('queue', 'text', required)
      .addColumn('lane', 'text', required)
      .addColumn('failing_since', 'bigint', required)
      .addColumn('failures', 'integer', required)
      .addColumn('retry_at', 'bigint', required)
      .addColumn('last_error', 'text', required)
      .addPrimaryKeyConstraint('queue_lanes_key', ['queue', 'lane'])
      .execute()

    await db.schema
      .createTable('hourly_counts')
      .addColumn('hour', 'bigint', required)
      .addColumn('name', 'text', required)
      .addColumn('count', 'bigint', required)
      .addPrimaryKeyConstraint('hourly_counts_key', ['hour', 'name'])
      .execute()
  },
}
