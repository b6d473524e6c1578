import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** Indexes for events by client address and for mail by recipient. Compared byte by byte, for prefixes. */
export const foundByAddress: Migration = {
  name: '0022-found-by-address',
  async up(db, kind) {
    const inBytes = kind === 'postgres' ? sql` collate "C"` : sql``
    await sql`create index audit_events_by_address on audit_events (address${inBytes}, id)`.execute(db)
    await sql`create index mail_outbox_by_recipient on mail_outbox ((lower(recipient))${inBytes}, number)`.execute(db)
  },
}
