import { prepared, type Queryable } from '../storage/prepared.ts'
import type { KeyKids } from './retired-key-store.ts'
import { reasonOfRetiredKey } from './session.ts'
import { isMarked, isMarkedWithAll } from './session-search-store.ts'

const countStretch = prepared((db, kid: string, refreshKid: string, at: number, afterId: string, limit: number) =>
  db
    .selectFrom((sessions) =>
      sessions.selectFrom('sessions').selectAll().where('id', '>', afterId).orderBy('id').limit(limit).as('sessions'),
    )
    .leftJoin('accounts', 'accounts.id', 'sessions.account_id')
    .select((row) => [
      row.fn.countAll<number>().as('examined'),
      row.fn.max('sessions.id').as('last_id'),
      row.fn
        .countAll<number>()
        .filterWhere((session) =>
          session.and([
            session('refresh_kid', 'in', [kid, refreshKid]),
            session.or([
              session.and([session('ended_at', '>=', at), session('end_reason', '=', reasonOfRetiredKey)]),
              session.and([session('ended_at', 'is', null), session.not(isMarked), session.not(isMarkedWithAll)]),
            ]),
          ]),
        )
        .as('ended'),
    ]),
)

/** A part of the count: how many of the `examined` sessions up to `lastId` the mark has ended. */
type CountedStretch = { examined: number; ended: number; lastId: string }

/**
 * Counts the sessions that the mark set `at` has ended, then or later, whether or not their rows are updated, among the
 * next `limit` ones by their ids. There is no index for it, because every refresh would have to update that.
 *
 * @returns `examined` is less than `limit` if no session is left
 */
export async function countSessionsOfKey(
  db: Queryable,
  { kid, refreshKid, at }: KeyKids & { at: number },
  afterId: string,
  limit: number,
): Promise<CountedStretch> {
  const [row] = await countStretch(db, kid, refreshKid, at, afterId, limit)
  return { examined: Number(row?.examined ?? 0), ended: Number(row?.ended ?? 0), lastId: row?.last_id ?? afterId }
}
