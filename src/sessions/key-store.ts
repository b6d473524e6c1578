import { type SqlBool, sql } from 'kysely'
import type { Account } from '../accounts/account.ts'
import { toAccount } from '../accounts/account-row.ts'
import { prepared, preparedChange, type Queryable, type Transaction } from '../storage/prepared.ts'
import { sealedColumn } from '../storage/sealed-column.ts'
import type { Session } from './session.ts'
import { toSession } from './session-row.ts'
import { sessionsWithMarks } from './session-store.ts'

const byDigest = prepared((db, digest: string) => sessionsWithMarks(db).where('sessions.key_digest', '=', digest))
const accountOf = prepared((db, id: number) => db.selectFrom('accounts').selectAll().where('id', '=', id))

/** The session of a key, ended or not, and its account as it is now. */
export async function findKeyHolder(
  db: Queryable,
  digest: string,
): Promise<{ session: Session; account: Account | undefined } | undefined> {
  const [row] = await byDigest(db, digest)
  if (row === undefined) return undefined
  const [account] = await accountOf(db, row.account_id)
  return { session: toSession(row), account: account && toAccount(account) }
}

const ofAccount = prepared((db, accountId: number) =>
  sessionsWithMarks(db)
    .where('sessions.account_id', '=', accountId)
    .where('sessions.key_digest', 'is not', null)
    .where('sessions.ended_at', 'is', null)
    .orderBy('sessions.created_at', 'desc')
    .orderBy('sessions.id'),
)

/** The sessions of an account that have a key and that nobody has ended, newest first. */
export async function listKeySessions(db: Queryable, accountId: number): Promise<Session[]> {
  return (await ofAccount(db, accountId)).map(toSession).filter(({ endedAt }) => endedAt === undefined)
}

const touch = preparedChange((db, id: string, now: number, before: number) =>
  db
    .updateTable('sessions')
    .set({ refreshed_at: now })
    .where('id', '=', id)
    .where('refreshed_at', '<', before)
    .where('ended_at', 'is', null),
)

/** Records that a key was used, unless that was already recorded at `before` or later. */
export async function noteKeyUse(db: Transaction, id: string, now: number, before: number): Promise<void> {
  await touch(db, id, now, before)
}

/**
 * Deletes sessions with a key that ended before `before`, or whose account is gone, at most `limit` of them. Such a
 * session may have no expiry after which it would be deleted.
 *
 * @returns how many
 */
export async function pruneKeySessions(db: Transaction, before: number, limit: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('sessions')
    .where('id', 'in', (sessions) =>
      sessions
        .selectFrom('sessions')
        .select('id')
        .where('key_digest', 'is not', null)
        .where(
          sql<boolean>`(ended_at < ${before} or not exists (select 1 from accounts where accounts.id = account_id))`,
        )
        .limit(limit),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/**
 * The next sessions of imported keys by id, whose ids begin with `prefix` and whose rows have not ended, at most
 * `limit` of them.
 */
export async function listImportedKeys(
  db: Queryable,
  prefix: string,
  afterId: string,
  limit: number,
): Promise<Session[]> {
  const rows = await sessionsWithMarks(db)
    .where('sessions.id', '>', afterId)
    .where('sessions.id', '<', `${prefix}~`)
    .where('sessions.key_digest', 'is not', null)
    .where('sessions.ended_at', 'is', null)
    .orderBy('sessions.id')
    .limit(limit)
    .execute()
  return rows.map(toSession)
}

/** The place that the key of a session is bound to when it is encrypted. */
export function placeOfKey(sessionId: string): string {
  return `sessions:${sessionId}`
}

/** The encrypted keys of sessions that have not ended. */
export const sealedKeys = sealedColumn({
  table: 'sessions',
  column: 'sealed_key',
  placeOf: placeOfKey,
  where: sql<SqlBool>`ended_at is null`,
})
