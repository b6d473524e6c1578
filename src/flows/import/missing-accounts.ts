import { deleteAccount } from '../../accounts/account-store.ts'
import { recordEvent } from '../../audit/audit-store.ts'
import type { AuditOrigin } from '../../audit/events.ts'
import { forgetImported, type ImportedRow, listImported } from '../../origins/imported-row-store.ts'
import type { Queryable, Transaction } from '../../storage/prepared.ts'

/** Which of the rows that were imported before are still there. One bit for each. */
export type PresentRows = { note(row: ImportedRow): void; has(row: ImportedRow): boolean }

/** @param latestId the largest id of a row when the import began */
export function createPresentRows(latestId: number): PresentRows {
  const bits = new Uint8Array(Math.floor(latestId / 8) + 1)
  return {
    note({ id }) {
      bits[id >> 3] = (bits[id >> 3] ?? 0) | (1 << (id & 7))
    },
    has: ({ id }) => ((bits[id >> 3] ?? 0) & (1 << (id & 7))) !== 0,
  }
}

const PAGE = 500

/** The accounts that were imported before and are gone in the other system, page by page. */
export async function* missingAccounts(
  db: Queryable,
  source: string,
  latestId: number,
  present: PresentRows,
): AsyncIterable<ImportedRow[]> {
  for (let last = 0; ; ) {
    const page = await listImported(db, { source, kind: 'account' }, last, PAGE)
    yield page.filter((row) => row.id <= latestId && !present.has(row))
    const end = page.at(-1)
    if (end === undefined || page.length < PAGE || end.id >= latestId) return
    last = end.id
  }
}

/** Deletes accounts that are gone in the other system. @returns how many were there */
export async function removeAccounts(
  tx: Transaction,
  rows: readonly ImportedRow[],
  origin: AuditOrigin,
  now: number,
): Promise<number> {
  let removed = 0
  for (const { id, localId } of rows) {
    await forgetImported(tx, id)
    const uid = await deleteAccount(tx, localId)
    if (uid === undefined) continue
    removed++
    await recordEvent(tx, now, 'account.deleted', { accountId: localId, uid, origin })
  }
  return removed
}
