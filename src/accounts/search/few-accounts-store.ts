import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Queryable } from '../../storage/prepared.ts'
import { indexed } from './account-condition-store.ts'
import { type AccountFilter, idOfWord, searchWords } from './account-search.ts'
import { findIdsByBeginning } from './account-words-store.ts'

/** At most this many accounts cost less to read and sort than a range of the list. */
const FEW = 1_000

/**
 * The ids of all accounts that match one condition of the filter, if they are few and an index finds them: that have a
 * word with the beginning of the longest search word, are in the group, have a second factor, are staff, are inactive, or
 * were created or used last in a period. Undefined if they are many.
 */
export async function findFew(db: Queryable, filter: AccountFilter): Promise<number[] | undefined> {
  const { search = '', match, groupId, hasSecondFactor, isStaff, isActive } = filter
  const [longest] = searchWords(search).toSorted((one, other) => other.length - one.length)
  if (match === 'prefix' && longest !== undefined) {
    const ids = await findIdsByBeginning(db, longest, FEW + 1)
    if (ids.length <= FEW) return [...ids, idOfWord(longest) ?? 0]
  }
  const ways = [
    groupId !== undefined && (() => findMembers(db, groupId)),
    hasSecondFactor === true && (() => findAccountsWithFactors(db)),
    isStaff === true && (() => findIds(db, sql`is_staff = 1`)),
    isActive === false && (() => findIds(db, sql`${indexed.state} = 0`)),
    (filter.createdFrom ?? filter.createdBefore) !== undefined && (() => findIds(db, createdIn(filter))),
    (filter.lastLoginFrom ?? filter.lastLoginBefore) !== undefined && (() => findIds(db, lastUsedIn(filter))),
  ]
  for (const find of ways) {
    const rows = find === false ? undefined : await find()
    if (rows !== undefined && rows.length <= FEW) return rows.map(({ id }) => id)
  }
  return undefined
}

/** Some accounts that fulfil a condition for which there is an index. */
const findIds = (db: Queryable, condition: RawBuilder<SqlBool>) =>
  db
    .selectFrom('accounts')
    .select('id')
    .where(condition)
    .limit(FEW + 1)
    .execute()

const createdIn = ({ createdFrom = 0, createdBefore = Number.MAX_SAFE_INTEGER }: AccountFilter) =>
  sql<SqlBool>`created_at >= ${createdFrom} and created_at < ${createdBefore}`

/** Accounts that were never used count as used at 0, and are in no period. */
const lastUsedIn = ({ lastLoginFrom = 1, lastLoginBefore = Number.MAX_SAFE_INTEGER }: AccountFilter) =>
  sql<SqlBool>`${indexed.lastLogin} >= ${Math.max(lastLoginFrom, 1)} and ${indexed.lastLogin} < ${lastLoginBefore}`

/** Some members of a group. Whether the group still exists is a condition of the list. */
const findMembers = (db: Queryable, groupId: number) =>
  db
    .selectFrom('account_groups')
    .select('account_id as id')
    .where('group_id', '=', groupId)
    .limit(FEW + 1)
    .execute()

/** Some accounts with a second factor. */
const findAccountsWithFactors = (db: Queryable) =>
  db
    .selectFrom('factors')
    .select('account_id as id')
    .distinct()
    .where('confirmed_at', 'is not', null)
    .where('type', '!=', 'recovery_code')
    .limit(FEW + 1)
    .execute()
