import type { AccountsTable, RowOf, SessionsTable } from '../storage/tables.ts'
import { reasonOfAll, reasonOfRetiredKey, type Session, sessionEndReasons } from './session.ts'

/** The columns of a session. */
export type SessionRow = Omit<
  RowOf<SessionsTable>,
  'rotated_token_at' | 'prune_check_at' | 'key_digest' | 'sealed_key'
> &
  Partial<Pick<RowOf<SessionsTable>, 'key_digest' | 'sealed_key'>>

/**
 * The marks of its account, of all accounts and of its key. One of them may have ended it even if its own row does not
 * say so yet.
 */
export type MarkRow = Pick<
  { [Column in keyof RowOf<AccountsTable>]: RowOf<AccountsTable>[Column] | null },
  'sessions_ended_at' | 'sessions_end_reason' | 'sessions_kept_id'
> & { all_sessions_ended_at: number | null; key_retired_at: number | null }

/** The columns of the account in `MarkRow`, for a query that joins the account of its sessions. */
export const markColumns = [
  'accounts.sessions_ended_at',
  'accounts.sessions_end_reason',
  'accounts.sessions_kept_id',
] as const

/** Converts a row to a session. For all stores that read sessions, alone or joined. */
export function toSession(row: SessionRow & MarkRow): Session {
  const { endedAt, endReason } = endOf(row)
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
    endedAt: endedAt ?? undefined,
    endReason: endReason === null ? undefined : sessionEndReasons.find((reason) => reason === endReason),
    address: row.address,
    userAgent: row.user_agent,
    amr: row.amr === '' ? [] : row.amr.split(' '),
    provenAt: row.proven_at ?? row.created_at,
    ...(row.key_digest != null && { key: { digest: row.key_digest, sealed: row.sealed_key ?? undefined } }),
  }
}

type End = { endedAt: number | null; endReason: string | null }

const UNENDED: End = { endedAt: null, endReason: null }

/** When and why a session ended: as its row says, otherwise by the earliest of the marks. */
function endOf(row: SessionRow & MarkRow): End {
  if (row.ended_at !== null) return { endedAt: row.ended_at, endReason: row.end_reason }
  const { sessions_ended_at: markedAt, all_sessions_ended_at: allMarkedAt, key_retired_at: keyRetiredAt } = row
  if (markedAt === null && allMarkedAt === null && keyRetiredAt === null) return UNENDED
  const isMarked = markedAt !== null && row.created_at <= markedAt && row.id !== row.sessions_kept_id
  const isMarkedWithAll = allMarkedAt !== null && row.created_at <= allMarkedAt
  let end: End = UNENDED
  const consider = (endedAt: number | null, endReason: string | null) => {
    if (endedAt !== null && (end.endedAt === null || endedAt < end.endedAt)) end = { endedAt, endReason }
  }
  if (isMarked) consider(markedAt, row.sessions_end_reason)
  if (isMarkedWithAll) consider(allMarkedAt, reasonOfAll)
  consider(keyRetiredAt, reasonOfRetiredKey)
  return end
}
