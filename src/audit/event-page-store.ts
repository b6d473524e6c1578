import type { RawBuilder, Selectable, SelectQueryBuilder, SqlBool } from 'kysely'
import type { Queryable } from '../storage/prepared.ts'
import type { AuditEventsTable, Tables } from '../storage/tables.ts'

type EventRows = SelectQueryBuilder<Tables, 'audit_events', Selectable<AuditEventsTable>>
type EventRow = Selectable<AuditEventsTable>

/** The rows of a page, and the row after which the next page begins. */
type ReadPage = { rows: EventRow[]; last: EventRow | undefined }

/** Reads a page of the events that a query selects. */
export async function readPage(select: EventRows, limit: number): Promise<ReadPage> {
  const rows = await select.limit(limit).execute()
  return { rows, last: rows.length < limit ? undefined : rows.at(-1) }
}

/** How many events of an account, or of a kind, one page looks through: a few milliseconds of work. */
const MOST_SCANNED = 10_000

/**
 * Reads a page of the events that match several conditions, for which there is no index. An account may have a million
 * events and none of the wanted kind, so a page looks through a limited number of them.
 *
 * @param scanned the events to look through, newest first
 */
export async function scanPage(
  db: Queryable,
  { scanned, conditions, limit }: { scanned: EventRows; conditions: RawBuilder<SqlBool>[]; limit: number },
): Promise<ReadPage> {
  const looked = scanned.limit(MOST_SCANNED)
  let select = db.selectFrom(looked.as('scanned')).selectAll()
  for (const condition of conditions) select = select.where(condition)
  const rows = (await select.orderBy('id', 'desc').limit(limit).execute()) as EventRow[]
  if (rows.length === limit) return { rows, last: rows.at(-1) }
  return {
    rows,
    last: await scanned
      .offset(MOST_SCANNED - 1)
      .limit(1)
      .executeTakeFirst(),
  }
}
