import type { AuditOrigin } from '../../audit/events.ts'
import { forgetImported, type ImportedRow, listImported } from '../../foreign-systems/imported-row-store.ts'
import type { Queryable, Transaction } from '../../storage/prepared.ts'
import { deleteAccountsAndRecord } from '../accounts/delete-account.ts'
import type { RowMarks } from './row-marks.ts'

const PAGE = 500

/**
 * The imported accounts that no longer exist in the other system, page by page.
 *
 * @param latestId the largest id of a row when the import began; larger ones are its own
 * @param present the ids of the rows that were found there
 */
export async function* missingAccounts(
  db: Queryable,
  source: string,
  latestId: number,
  present: RowMarks,
): AsyncIterable<ImportedRow[]> {
  for (let last = ''; ; ) {
    const page = await listImported(db, { source, kind: 'account' }, last, PAGE)
    yield page.filter(({ id }) => id <= latestId && !present.has(id))
    const end = page.at(-1)
    if (end === undefined || page.length < PAGE) return
    last = end.key
  }
}

/** Deletes accounts that are gone in the other system. @returns how many were there */
export async function removeAccounts(
  tx: Transaction,
  rows: readonly ImportedRow[],
  origin: AuditOrigin,
  now: number,
): Promise<number> {
  await forgetImported(tx, rows)
  // Two accounts there may be one here.
  const ids = new Set(rows.map(({ localId }) => localId))
  return (await deleteAccountsAndRecord(tx, [...ids], origin, now)).size
}
