import { type SqlBool, sql } from 'kysely'
import { prepared, preparedChange, type Queryable, type Transaction } from '../storage/prepared.ts'
import { recordset } from '../storage/recordset.ts'
import { allSessionsEndedAt, startBehindMark } from './all-sessions-store.ts'
import { keyRetiredAt } from './retired-key-store.ts'
import type { Session, SessionEndReason } from './session.ts'
import { markColumns, toSession } from './session-row.ts'

/** Sessions with the marks of their accounts, as `toSession` needs them. */
export const sessionsWithMarks = (db: Queryable) =>
  db
    .selectFrom('sessions')
    .leftJoin('accounts', 'accounts.id', 'sessions.account_id')
    .selectAll('sessions')
    .select(markColumns)
    .select([allSessionsEndedAt.as('all_sessions_ended_at'), keyRetiredAt.as('key_retired_at')])

const byId = prepared((db, id: string) => sessionsWithMarks(db).where('sessions.id', '=', id))

/** The session with this id, ended or not. */
export async function findSession(db: Queryable, id: string): Promise<Session | undefined> {
  const row = (await byId(db, id))[0]
  return row && toSession(row)
}

/** The sessions with these ids, ended or not. */
export async function findSessions(db: Queryable, ids: readonly string[]): Promise<Session[]> {
  const rows = await sessionsWithMarks(db)
    .where(sql<SqlBool>`sessions.id in ${idsOf(db, ids)}`)
    .execute()
  return rows.map(toSession)
}

function idsOf(db: Queryable, ids: readonly string[]) {
  const rows = ids.map((id) => ({ id }))
  return sql`(select listed.id from ${recordset(db, rows, { id: 'text' })} listed)`
}

const insert = preparedChange(
  (
    db,
    id: string,
    account_id: number,
    created_at: number,
    expires_at: number | null,
    refresh_seed: string,
    refresh_generation: number,
    refreshed_at: number,
    refresh_expires_at: number,
    refresh_kid: string | null,
    ended_at: number | null,
    end_reason: string | null,
    address: string,
    user_agent: string,
    amr: string,
    key_digest: string | null,
    sealed_key: string | null,
  ) =>
    db
      .insertInto('sessions')
      .values({
        id,
        account_id,
        created_at: startBehindMark(created_at),
        expires_at,
        refresh_seed,
        refresh_generation,
        refreshed_at,
        refresh_expires_at,
        prune_check_at: refresh_expires_at,
        refresh_kid,
        ended_at,
        end_reason,
        address,
        user_agent,
        amr,
        key_digest,
        sealed_key,
      })
      .onConflict((conflict) => conflict.column('id').doNothing()),
)

/** Stores a new session. False if a session with that id exists: if several try at once, one wins. */
export async function startSession(db: Transaction, session: Session): Promise<boolean> {
  const inserted = await insert(
    db,
    session.id,
    session.accountId,
    session.createdAt,
    session.expiresAt ?? null,
    session.refreshSeed,
    session.refreshGeneration,
    session.refreshedAt,
    session.refreshExpiresAt,
    session.refreshKid ?? null,
    session.endedAt ?? null,
    session.endReason ?? null,
    session.address,
    session.userAgent,
    session.amr.join(' '),
    session.key?.digest ?? null,
    session.key?.sealed ?? null,
  )
  return inserted === 1
}

/** How many sessions have presented a rotated refresh token, and how many accounts have such a session. */
export type RotatedTokenUse = { sessions: number; accounts: number }

/** Counts those that did so at `since` or later. With BLACKLIST_AFTER_ROTATION on, that would have ended them. */
export async function countRotatedTokenUse(db: Queryable, since: number): Promise<RotatedTokenUse> {
  const row = await db
    .selectFrom('sessions')
    .select((count) => [
      count.fn.countAll<number>().as('sessions'),
      count.fn.count<number>('account_id').distinct().as('accounts'),
    ])
    .where('rotated_token_at', '>=', since)
    .executeTakeFirst()
  return { sessions: row?.sessions ?? 0, accounts: row?.accounts ?? 0 }
}

const end = preparedChange((db, id: string, now: number, reason: string) =>
  db
    .updateTable('sessions')
    .set({ ended_at: now, end_reason: reason })
    .where('id', '=', id)
    .where('ended_at', 'is', null),
)

/** Ends one session. False if it had already ended; the first reason stays. */
export async function endSession(db: Transaction, id: string, reason: SessionEndReason, now: number): Promise<boolean> {
  return (await end(db, id, now, reason)) === 1
}

/** Ends these sessions, in one statement. @returns the ids of those that had not ended */
export async function endSessions(
  db: Transaction,
  ids: readonly string[],
  reason: SessionEndReason,
  now: number,
): Promise<Set<string>> {
  const [first, ...others] = ids
  if (first === undefined) return new Set()
  if (others.length === 0) return new Set((await endSession(db, first, reason, now)) ? ids : [])
  const { rows } = await sql<{ id: string }>`update sessions set ended_at = ${now}, end_reason = ${reason}
    where id in ${idsOf(db, ids)} and ended_at is null returning id`.execute(db)
  return new Set(rows.map(({ id }) => id))
}

const prove = preparedChange((db, id: string, amr: string, now: number) =>
  db.updateTable('sessions').set({ amr, proven_at: now }).where('id', '=', id).where('ended_at', 'is', null),
)

/** Records that the user of a session has proven again who they are. False if the session has ended. */
export async function proveSession(db: Transaction, id: string, amr: readonly string[], now: number): Promise<boolean> {
  return (await prove(db, id, amr.join(' '), now)) === 1
}

/** Sessions with tokens that have not expired, ended or not, by id, starting after `afterId`. */
export async function listLivingSessions(
  db: Queryable,
  now: number,
  afterId: string,
  limit: number,
): Promise<Session[]> {
  const rows = await sessionsWithMarks(db)
    .where('sessions.id', '>', afterId)
    .where('refresh_expires_at', '>', now)
    .orderBy('sessions.id')
    .limit(limit)
    .execute()
  return rows.map(toSession)
}

/** How many rows were examined, and how many of them deleted. */
type Pruned = { examined: number; deleted: number }

/**
 * Deletes sessions whose last refresh token expired before `before`, so that none of their tokens can be valid any
 * more. It examines at most `limit` sessions: those whose check is due. Sessions that were refreshed since are due
 * again when their current token expires.
 *
 * @returns `examined` fewer than `limit` if none are left
 */
export async function pruneSessions(db: Transaction, before: number, limit: number): Promise<Pruned> {
  const due = await db
    .selectFrom('sessions')
    .select(['id', 'refresh_expires_at'])
    .where('prune_check_at', '<', before)
    .orderBy('prune_check_at')
    .limit(limit)
    .execute()
  const expired = due.filter((session) => session.refresh_expires_at < before).map(({ id }) => id)
  const refreshed = due.filter((session) => session.refresh_expires_at >= before).map(({ id }) => id)
  if (refreshed.length > 0) {
    await db
      .updateTable('sessions')
      .set((row) => ({ prune_check_at: row.ref('refresh_expires_at') }))
      .where('id', 'in', refreshed)
      .execute()
  }
  if (expired.length === 0) return { examined: due.length, deleted: 0 }
  const { numDeletedRows } = await db
    .deleteFrom('sessions')
    .where('id', 'in', expired)
    .where('refresh_expires_at', '<', before)
    .executeTakeFirst()
  return { examined: due.length, deleted: Number(numDeletedRows) }
}
