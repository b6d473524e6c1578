import { sql } from 'kysely'
import type { Queryable, Transaction } from '../storage/prepared.ts'
import { idList, recordset } from '../storage/recordset.ts'

/** What a row of another system became here. */
export type ImportedRow = {
  id: number
  /** What identifies it there. */
  key: string
  /** The id here. The object may no longer exist. */
  localId: number
  /** Its state there at the last import, as digests. */
  fingerprint: string
}

type ImportedKind = 'account' | 'group' | 'post' | 'factor'

/** The source and the kind of rows. */
type ImportedOf = { source: string; kind: ImportedKind }

/** The rows with these keys that were imported before, by key. */
export async function findImported(
  db: Queryable,
  { source, kind }: ImportedOf,
  keys: readonly string[],
): Promise<Map<string, ImportedRow>> {
  const wanted = recordset(
    db,
    keys.map((key) => ({ key })),
    { key: 'text' },
  )
  const { rows } = await sql<StoredRow>`select i.id, i.key, i.local_id, i.fingerprint from ${wanted} r
    cross join imported_rows i where i.source = ${source} and i.kind = ${kind} and i.key = r.key`.execute(db)
  return new Map(rows.map((row) => [row.key, toImported(row)]))
}

/** All rows of a kind after `afterKey`, by key; an empty text starts at the beginning. */
export async function listImported(
  db: Queryable,
  { source, kind }: ImportedOf,
  afterKey: string,
  limit: number,
): Promise<ImportedRow[]> {
  const rows = await db
    .selectFrom('imported_rows')
    .select(['id', 'key', 'local_id', 'fingerprint'])
    .where('source', '=', source)
    .where('kind', '=', kind)
    .where('key', '>', afterKey)
    .orderBy('key')
    .limit(limit)
    .execute()
  return rows.map(toImported)
}

/** The largest id of a row so far, and how many rows of this kind there are. */
export async function measureImported(
  db: Queryable,
  { source, kind }: ImportedOf,
): Promise<{ count: number; latestId: number }> {
  const row = await db
    .selectFrom('imported_rows')
    .select((one) => [one.fn.countAll<number>().as('count'), one.fn.max('id').as('latest')])
    .where('source', '=', source)
    .where('kind', '=', kind)
    .executeTakeFirst()
  return { count: row?.count ?? 0, latestId: row?.latest ?? 0 }
}

/** Records rows, or their current state. */
export async function rememberImported(
  tx: Transaction,
  { source, kind }: ImportedOf,
  rows: readonly Omit<ImportedRow, 'id'>[],
): Promise<void> {
  if (rows.length === 0) return
  const values = recordset(
    tx,
    rows.map(({ key, localId, fingerprint }) => ({ key, local_id: localId, fingerprint })),
    { key: 'text', local_id: 'bigint', fingerprint: 'text' },
  )
  await sql`insert into imported_rows (source, kind, key, local_id, fingerprint)
    select cast(${source} as text), cast(${kind} as text), r.key, r.local_id, r.fingerprint from ${values} r where true
    on conflict (source, kind, key) do update set local_id = excluded.local_id, fingerprint = excluded.fingerprint`.execute(
    tx,
  )
}

/** Forgets rows. */
export async function forgetImported(tx: Transaction, rows: readonly Pick<ImportedRow, 'id'>[]): Promise<void> {
  const ids = rows.map(({ id }) => id)
  await sql`delete from imported_rows where id in ${idList(tx, ids)}`.execute(tx)
}

type StoredRow = { id: number; key: string; local_id: number; fingerprint: string }

function toImported({ id, key, local_id, fingerprint }: StoredRow): ImportedRow {
  return { id, key, localId: local_id, fingerprint }
}
