import { type RawBuilder, sql } from 'kysely'
import type { Account } from '../accounts/account.ts'
import { type AccountRow, toAccount } from '../accounts/account-row.ts'
import { prepared, preparedView, type Queryable } from '../storage/prepared.ts'
import { sharedStatement } from '../storage/shared-statement.ts'
import { allSessionsEndedAt } from './all-sessions-store.ts'
import { keyRetiredAt } from './retired-key-store.ts'
import type { Session } from './session.ts'
import { type MarkRow, markColumns, type SessionRow, toSession } from './session-row.ts'

/** The `uid` of the account and the id of the session that a token names. Undefined: it names none. */
type Named = { uid: string | undefined; sessionId: string | undefined }

/** The existing account and session. The account may not be the session's account; the caller must check that. */
type Holder = { account: Account | undefined; session: Session | undefined }

const holderColumns = [
  'accounts.id',
  'accounts.uid',
  'accounts.uid_is_number',
  'accounts.username',
  'accounts.email',
  'accounts.phone_number',
  'accounts.first_name',
  'accounts.last_name',
  'accounts.is_staff',
  'accounts.is_superuser',
  'accounts.created_at',
  'accounts.last_login_at',
  'accounts.email_verified_at',
  'accounts.deactivated_at',
  'accounts.sessions_void_at',
  ...markColumns,
  allSessionsEndedAt.as('all_sessions_ended_at'),
  keyRetiredAt.as('key_retired_at'),
  'accounts.credentials_version',
  'accounts.profile',
  'accounts.locale',
  'sessions.id as session_id',
  'sessions.account_id',
  'sessions.created_at as session_created_at',
  'sessions.expires_at',
  'sessions.refresh_seed',
  'sessions.refresh_generation',
  'sessions.refreshed_at',
  'sessions.refresh_expires_at',
  'sessions.refresh_kid',
  'sessions.ended_at',
  'sessions.end_reason',
  'sessions.address',
  'sessions.user_agent',
  'sessions.amr',
  'sessions.proven_at',
] as const

/** A column of the account that another concept computes. */
type AccountColumn = (db: Queryable) => RawBuilder<string>

/** The statement that reads accounts and sessions, and `column` if there is one. */
function rowFinder(column?: AccountColumn) {
  const hasColumn = column !== undefined
  const added = (db: Queryable) => (column?.(db) ?? sql<string>`''`).as('added_column')
  const byUidAndSession = preparedView((db, uid: string, sessionId: string) =>
    db
      // Always returns one row, so that each is found without the other.
      .selectFrom(db.selectNoFrom(sql<number>`1`.as('one')).as('anchor'))
      .leftJoin('accounts', (join) => join.on((on) => on('accounts.uid', '=', uid)))
      .leftJoin('sessions', (join) => join.on((on) => on('sessions.id', '=', sessionId)))
      .select(holderColumns)
      .$if(hasColumn, (rows) => rows.select(added(db))),
  )
  // The same for several on PostgreSQL: one row for each, in their order.
  const byUidsAndSessions = prepared((db, uids: string[], sessionIds: string[]) =>
    db
      .selectFrom(
        sql<{ uid: string; session_id: string; position: number }>`
          unnest(cast(${uids} as text[]), cast(${sessionIds} as text[])) with ordinality`.as<'named'>(
          sql`named (uid, session_id, position)`,
        ),
      )
      .leftJoin('accounts', 'accounts.uid', 'named.uid')
      .leftJoin('sessions', 'sessions.id', 'named.session_id')
      .select(holderColumns)
      .$if(hasColumn, (rows) => rows.select(added(db)))
      .orderBy('named.position'),
  )
  return sharedStatement({
    one: (db, { uid, sessionId }: Named) => byUidAndSession(db, uid ?? '', sessionId ?? ''),
    many: (db, named) =>
      byUidsAndSessions(
        db,
        named.map(({ uid }) => uid ?? ''),
        named.map(({ sessionId }) => sessionId ?? ''),
      ),
  })
}

const findRow = rowFinder()

/** Reads the account and the session that a token names, in one statement, which other requests may share. */
export function findTokenHolder(db: Queryable, named: Named): Promise<Holder> {
  return findRow(db, named).then(toHolder)
}

/**
 * Creates a function that does the same and also returns the value of a column that another concept computes for
 * `accounts`.
 */
export function tokenHolderWith(column: AccountColumn) {
  const find = rowFinder(column)
  return async (db: Queryable, named: Named): Promise<Holder & { columnValue: string | undefined }> => {
    const row = await find(db, named)
    return { ...toHolder(row), columnValue: row?.added_column }
  }
}

type FoundRow = Awaited<ReturnType<typeof findRow>>

function toHolder(row: FoundRow): Holder {
  if (row === undefined) return { account: undefined, session: undefined }
  return {
    account: row.id === null ? undefined : toAccount(row as AccountRow),
    // The mark is that of the token's account. A session of another account is refused in any case.
    session: row.session_id === null ? undefined : toSession(sessionRow(row as Joined)),
  }
}

/** The columns of a row that has a session. */
type Joined = Omit<SessionRow, 'id' | 'created_at'> & MarkRow & { session_id: string; session_created_at: number }

/** Written out, because spreading thirty columns took a twentieth of a profile's processor time. */
function sessionRow(row: Joined): SessionRow & MarkRow {
  return {
    id: row.session_id,
    account_id: row.account_id,
    created_at: row.session_created_at,
    expires_at: row.expires_at,
    refresh_seed: row.refresh_seed,
    refresh_generation: row.refresh_generation,
    refreshed_at: row.refreshed_at,
    refresh_expires_at: row.refresh_expires_at,
    refresh_kid: row.refresh_kid,
    ended_at: row.ended_at,
    end_reason: row.end_reason,
    address: row.address,
    user_agent: row.user_agent,
    amr: row.amr,
    sessions_ended_at: row.sessions_ended_at,
    sessions_end_reason: row.sessions_end_reason,
    sessions_kept_id: row.sessions_kept_id,
    all_sessions_ended_at: row.all_sessions_ended_at,
    key_retired_at: row.key_retired_at,
    proven_at: row.proven_at,
  }
}
