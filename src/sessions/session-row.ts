import type { RowOf, SessionsTable } from '../storage/tables.ts'
import { type Session, sessionEndReasons } from './session.ts'

/** The columns of a session. */
export type SessionRow = Omit<RowOf<SessionsTable>, 'rotated_token_at'>

/** Converts a row to a session. For all stores that read sessions, alone or joined. */
export function toSession(row: SessionRow): Session {
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
    endedAt: row.ended_at ?? undefined,
    endReason: sessionEndReasons.find((reason) => reason === row.end_reason),
    address: row.address,
    userAgent: row.user_agent,
    amr: row.amr === '' ? [] : row.amr.split(' '),
  }
}
