import type { Migration } from './migration.ts'

/** An index for the events by an account, newest first. */
export const eventsByActor: Migration = {
  name: '0014-events-by-actor',
  async up(db) {
    await db.schema.createIndex('audit_events_by_actor').on('audit_events').columns(['actor_id', 'id']).execute()
  },
}
