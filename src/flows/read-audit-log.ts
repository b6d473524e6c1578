import { type AuditPage, type AuditQuery, listEvents } from '../audit/audit-store.ts'
import type { Database } from '../storage/database.ts'

/** Lists events of the audit log, newest first. */
export type ReadAuditLog = (query: AuditQuery) => Promise<AuditPage>

export function createReadAuditLog({ database }: { database: Database }): ReadAuditLog {
  return (query) => listEvents(database.read, query)
}
