import type { AccountsTable, RowOf, SessionsTable } from '../storage/tables.ts'
import { type Session, sessionEndReasons } from './session.ts'

/** The columns of a session. */
export type SessionRow = Omit<RowOf<SessionsTable>, 'rotated_token_at' | 'key_digest' | 'sealed_key'> &
  Partial<Pick<RowOf<SessionsTable>, 'key_digest' | 'sealed_key'>>

/** The mark of its account, which may have ended it although its own row does not say so yet. */
export type MarkRow = Pick<
  { [Column in keyof RowOf<AccountsTable>]: RowOf<AccountsTable>[Column] | null },
  'sessions_ended_at' | 'sessions_end_reason' | 'sessions_kept_id'
>

/** The columns of `MarkRow`, for a query that joins the account of its sessions. */
export const markColumns = [
  'accounts.sessions_ended_at',
  'accounts.sessions_end_reason',
  'accounts.sessions_kept_id',
] as const

/** Converts a row to a session. For all stores that read sessions, alone or joined. */
export function toSession(row: SessionRow & MarkRow): Session {
  const { sessions_ended_at: markedAt } = row
  const isMarked =
    row.ended_at === null && markedAt !== null && row.created_at <= markedAt && row.id !== row.sessions_kept_id
  const endReason = isMarked ? row.sessions_end_reason : row.end_reason
  return {
    id: row.id,
    accountId: row.account_id,
    createdAt: row.created_at,
    expiresAt: row.expires_at ?? undefined,
    refreshSeed: row.refresh_seed,
    refreshGeneration: row.refresh_generation,
    refreshedAt: row.refreshed_at,
    refreshExpiresAt: row.refresh_expires_at,
    refreshKid: row.refresh_kid ?? undefined,
    endedAt: (isMarked ? markedAt : row.ended_at) ?? undefined,
    endReason: sessionEndReasons.find((reason) => reason === endReason),
    address: row.address,
    userAgent: row.user_agent,
    amr: row.amr === '' ? [] : row.amr.split(' '),
    provenAt: row.proven_at ?? row.created_at,
    ...(row.key_digest != null && { key: { digest: row.key_digest, sealed: row.sealed_key ?? undefined } }),
  }
}
