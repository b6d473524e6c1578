import type { Selectable } from 'kysely'
import { prepared, preparedChange, type Queryable, type Transaction } from '../storage/prepared.ts'
import type { FactorsTable } from '../storage/tables/factor-tables.ts'
import { type HeldFactor, isFactorType, placeOfFactor } from './factor.ts'

const ofAccount = prepared((db, accountId: number) =>
  db.selectFrom('factors').selectAll().where('account_id', '=', accountId).orderBy('created_at').orderBy('id'),
)

/** All factors of an account, oldest first, including pending ones. */
export async function listFactors(db: Queryable, accountId: number): Promise<HeldFactor[]> {
  return (await ofAccount(db, accountId)).flatMap(toFactor)
}

const byLookupKey = prepared((db, key: string) =>
  db.selectFrom('factors').selectAll().where('lookup_key', '=', key).where('confirmed_at', 'is not', null),
)

/** The confirmed factor with this lookup key, found without an account. */
export async function findFactorByKey(db: Queryable, key: string): Promise<HeldFactor | undefined> {
  // No database can store such a key.
  if (key === '' || key.includes('\0') || !key.isWellFormed()) return undefined
  return (await byLookupKey(db, key)).flatMap(toFactor)[0]
}

/** Stores a pending enrolment. The account's previous pending one of the same type is dropped. */
export async function keepPendingFactor(
  db: Transaction,
  factor: Pick<HeldFactor, 'id' | 'accountId' | 'type' | 'createdAt' | 'data'>,
): Promise<void> {
  const { id, accountId, type, createdAt, data } = factor
  await db
    .deleteFrom('factors')
    .where('account_id', '=', accountId)
    .where('type', '=', type)
    .where('confirmed_at', 'is', null)
    .execute()
  await db
    .insertInto('factors')
    .values({
      id,
      account_id: accountId,
      type,
      name: '',
      created_at: createdAt,
      confirmed_at: null,
      last_used_at: null,
      version: 0,
      lookup_key: null,
      data,
    })
    .execute()
}

/**
 * Ends a pending enrolment. `taken`: another factor has this lookup key. `gone`: somebody else has ended or replaced
 * the enrolment since it was read.
 */
export async function confirmFactor(
  db: Transaction,
  pending: HeldFactor,
  enrolled: { data: string; name: string; lookupKey: string | undefined },
  now: number,
): Promise<'confirmed' | 'taken' | 'gone'> {
  const { lookupKey = null } = enrolled
  if (lookupKey !== null) {
    const other = await db.selectFrom('factors').select('id').where('lookup_key', '=', lookupKey).executeTakeFirst()
    if (other !== undefined) return 'taken'
  }
  const { numUpdatedRows } = await db
    .updateTable('factors')
    .set({ data: enrolled.data, name: enrolled.name, lookup_key: lookupKey, confirmed_at: now, version: 1 })
    .where('id', '=', pending.id)
    .where('confirmed_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n ? 'confirmed' : 'gone'
}

const change = preparedChange((db, id: string, version: number, data: string, now: number) =>
  db
    .updateTable('factors')
    .set((row) => ({ data, last_used_at: now, version: row('version', '+', 1) }))
    .where('id', '=', id)
    .where('version', '=', version)
    .where('confirmed_at', 'is not', null),
)
const touch = preparedChange((db, id: string, now: number) =>
  db.updateTable('factors').set({ last_used_at: now }).where('id', '=', id).where('confirmed_at', 'is not', null),
)

/** Uses a factor. False if it was used, changed or removed since it was read; then the proof does not count. */
export async function useFactor(db: Transaction, factor: HeldFactor, data: string, now: number): Promise<boolean> {
  const { id, version } = factor
  return (data === factor.data ? await touch(db, id, now) : await change(db, id, version, data, now)) === 1
}

/** Renames a factor of an account. False if the account has no such factor. */
export async function renameFactor(db: Transaction, accountId: number, id: string, name: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('factors')
    .set({ name })
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .where('confirmed_at', 'is not', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Schedules the removal of a factor, or cancels it (undefined). False if the account has no such factor. */
export async function scheduleRemoval(
  db: Transaction,
  accountId: number,
  id: string,
  removesAt: number | undefined,
): Promise<boolean> {
  let change = db
    .updateTable('factors')
    .set({ removes_at: removesAt ?? null })
    .where('id', '=', id)
    .where('account_id', '=', accountId)
  if (removesAt === undefined) change = change.where('removes_at', 'is not', null)
  return (await change.executeTakeFirst()).numUpdatedRows === 1n
}

/** Factors whose removal is due, at most `limit` of them. */
export async function listDueRemovals(db: Queryable, now: number, limit: number): Promise<HeldFactor[]> {
  const rows = await db
    .selectFrom('factors')
    .selectAll()
    .where('removes_at', '<=', now)
    .orderBy('removes_at')
    .limit(limit)
    .execute()
  return rows.flatMap(toFactor)
}

/** Stores a factor that works at once, without an enrolment. */
export async function keepFactor(
  db: Transaction,
  factor: Pick<HeldFactor, 'id' | 'accountId' | 'type' | 'name' | 'data'>,
  now: number,
): Promise<void> {
  const { id, accountId, type, name, data } = factor
  await db
    .insertInto('factors')
    .values({
      id,
      account_id: accountId,
      type,
      name,
      created_at: now,
      confirmed_at: now,
      last_used_at: null,
      version: 1,
      lookup_key: null,
      data,
    })
    .execute()
}

/**
 * Removes a factor of an account. False if the account has no such factor.
 *
 * @param dueAt removes it only if its scheduled removal is due then, so that somebody who cancels it at the same moment
 *   may win. Default: always
 */
export async function removeFactor(db: Transaction, accountId: number, id: string, dueAt?: number): Promise<boolean> {
  let remove = db.deleteFrom('factors').where('id', '=', id).where('account_id', '=', accountId)
  if (dueAt !== undefined) remove = remove.where('removes_at', '<=', dueAt)
  return (await remove.executeTakeFirst()).numDeletedRows === 1n
}

/** Removes all factors of one type, confirmed or not, except one. @returns how many */
export async function removeFactorsOfType(
  db: Transaction,
  accountId: number,
  type: string,
  exceptId: string | undefined,
): Promise<number> {
  let remove = db.deleteFrom('factors').where('account_id', '=', accountId).where('type', '=', type)
  if (exceptId !== undefined) remove = remove.where('id', '!=', exceptId)
  return Number((await remove.executeTakeFirst()).numDeletedRows)
}

/** The next confirmed factors by id that have an encrypted secret, at most `limit` of them. */
export async function listSealedFactors(
  db: Queryable,
  afterId: string,
  limit: number,
): Promise<{ id: string; sealed: string; place: string }[]> {
  const rows = await db
    .selectFrom('factors')
    .select(['id', 'data'])
    .where('id', '>', afterId)
    .where('confirmed_at', 'is not', null)
    .where('data', 'like', '%"sealed":"%')
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(({ id, data }) => {
    const { sealed } = JSON.parse(data) as { sealed: string }
    return { id, sealed, place: placeOfFactor(id) }
  })
}

/**
 * Replaces only the encrypted secret of a factor, so that it overwrites nothing that a use changes at the same moment.
 */
export async function resealFactor(db: Transaction, id: string, former: string, fresh: string): Promise<void> {
  await db
    .updateTable('factors')
    .set((row) => ({ data: row.fn<string>('replace', ['data', row.val(former), row.val(fresh)]) }))
    .where('id', '=', id)
    .execute()
}

/** Deletes enrolments that began before `before` and were never finished, at most `limit` of them. @returns how many */
export async function prunePendingFactors(db: Transaction, before: number, limit: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('factors')
    .where('id', 'in', (factors) =>
      factors
        .selectFrom('factors')
        .select('id')
        .where('confirmed_at', 'is', null)
        .where('created_at', '<', before)
        .limit(limit),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** A row whose type this version does not know is not a factor here. */
export function toFactor(row: Selectable<FactorsTable>): HeldFactor[] {
  if (!isFactorType(row.type)) return []
  return [
    {
      id: row.id,
      accountId: row.account_id,
      type: row.type,
      name: row.name,
      createdAt: row.created_at,
      confirmedAt: row.confirmed_at ?? undefined,
      lastUsedAt: row.last_used_at ?? undefined,
      version: row.version,
      data: row.data,
      removesAt: row.removes_at ?? undefined,
    },
  ]
}

/** The oldest issued recovery codes, at most `limit` of them. */
export async function listIssuedCodes(db: Queryable, limit: number): Promise<HeldFactor[]> {
  const rows = await db
    .selectFrom('factors')
    .selectAll()
    .where('type', '=', 'recovery_code')
    .where('data', 'like', '%"validUntil":%')
    .orderBy('created_at')
    .limit(limit)
    .execute()
  return rows.flatMap(toFactor)
}
