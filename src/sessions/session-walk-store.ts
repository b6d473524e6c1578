import type { AuditOrigin } from '../audit/events.ts'
import { prepared, type Transaction } from '../storage/prepared.ts'

/** The next `limit` ids of sessions, ended or not, in ascending order. For work that visits all sessions in steps. */
const sessionIdsAfter = prepared((db, afterId: string, limit: number) =>
  db.selectFrom('sessions').select('id').where('id', '>', afterId).orderBy('id').limit(limit),
)

/** A mark that has ended sessions, and up to which session their rows are updated. */
type WalkedMark = { origin: string; followed_id: string }

/** The statements of one mark. */
type MarkSteps = {
  /** Updates the rows of the sessions that the mark has ended, among those after one id and up to another. */
  end(afterId: string, lastId: string): Promise<{ id: string; account_id: number }[]>
  /** Notes up to where the rows are updated. If the mark was set again meanwhile, it starts over. */
  advance(lastId: string): Promise<unknown>
  /** Deletes the mark. */
  forget(): Promise<unknown>
}

/** The sessions whose rows a step has updated, and how many it has examined. */
export type FollowedStretch = { ended: { accountId: number; id: string }[]; origin: AuditOrigin; examined: number }

/**
 * Examines the next `limit` sessions in the order of their ids, and updates the rows of those that a mark has ended.
 *
 * @returns `examined` is less than `limit` if no session is left; then the mark is deleted, too
 */
export async function walkMark(
  db: Transaction,
  { origin, followed_id: afterId }: WalkedMark,
  limit: number,
  { end, advance, forget }: MarkSteps,
): Promise<FollowedStretch> {
  const ids = await sessionIdsAfter(db, afterId, limit)
  const lastId = ids.at(-1)?.id
  const rows = lastId === undefined ? [] : await end(afterId, lastId)
  if (lastId === undefined || ids.length < limit) await forget()
  else await advance(lastId)
  const ended = rows.map(({ id, account_id }) => ({ id, accountId: account_id }))
  return { ended, origin: JSON.parse(origin), examined: ids.length }
}
