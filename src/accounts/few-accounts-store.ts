import type { Queryable } from '../storage/prepared.ts'
import { type AccountFilter, idOfWord, searchWords } from './account-search.ts'
import { findIdsByBeginning } from './account-words-store.ts'

/** At most this many accounts cost less to read and sort than a range of the list. */
const FEW = 1_000

/**
 * The ids of all accounts that match one condition of the filter, if they are few: that have a word with the beginning
 * of the longest search word, are in the group, or have a second factor. Undefined if they are many.
 */
export async function findFew(
  db: Queryable,
  { search = '', match, groupId, hasSecondFactor }: AccountFilter,
): Promise<number[] | undefined> {
  const [longest] = searchWords(search).toSorted((one, other) => other.length - one.length)
  if (match === 'prefix' && longest !== undefined) {
    const ids = await findIdsByBeginning(db, longest, FEW + 1)
    if (ids.length <= FEW) return [...ids, idOfWord(longest) ?? 0]
  }
  const inGroup = groupId === undefined ? undefined : await findMembers(db, groupId, FEW + 1)
  if (inGroup !== undefined && inGroup.length <= FEW) return inGroup
  const holders = hasSecondFactor === true ? await findHolders(db, FEW + 1) : undefined
  return holders !== undefined && holders.length <= FEW ? holders : undefined
}

/** Some members of a group. Whether the group still exists is a condition of the list. */
async function findMembers(db: Queryable, groupId: number, limit: number): Promise<number[]> {
  const members = db.selectFrom('account_groups').select('account_id').where('group_id', '=', groupId)
  return (await members.limit(limit).execute()).map(({ account_id }) => account_id)
}

/** Some accounts with a second factor. */
async function findHolders(db: Queryable, limit: number): Promise<number[]> {
  const holders = db
    .selectFrom('factors')
    .select('account_id')
    .distinct()
    .where('confirmed_at', 'is not', null)
    .where('type', '!=', 'recovery_code')
  return (await holders.limit(limit).execute()).map(({ account_id }) => account_id)
}
