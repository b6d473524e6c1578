import { prepared, type Queryable } from '../storage/prepared.ts'
import { type HashPolicy, readHash } from './password-hash.ts'

const PAGE = 5_000

const pageAfter = prepared((db, accountId: number) =>
  db
    .selectFrom('passwords')
    .select(['account_id', 'hash'])
    .where('account_id', '>', accountId)
    .orderBy('account_id')
    .limit(PAGE),
)

/**
 * Counts the hashes that no password can match although their owners may have one, by their algorithm. Hashes that Django
 * has marked as unusable (`!…`) are meant to be so.
 */
export async function countUnverifiableHashes(db: Queryable, policy: HashPolicy): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  let last = 0
  for (;;) {
    const rows = await pageAfter(db, last)
    for (const { hash } of rows) {
      if (hash === '' || hash.startsWith('!') || readHash(hash, policy) !== undefined) continue
      const algorithm = /^[a-z0-9_]{1,40}(?=\$)/i.exec(hash)?.[0] ?? 'an unknown format'
      counts.set(algorithm, (counts.get(algorithm) ?? 0) + 1)
    }
    const end = rows.at(-1)
    if (end === undefined || rows.length < PAGE) return counts
    last = end.account_id
  }
}

/** How many passwords there are, without those that are marked as unusable. */
export async function countPasswords(db: Queryable): Promise<number> {
  const row = await db
    .selectFrom('passwords')
    .select((one) => one.fn.countAll<number>().as('count'))
    .where('hash', '!=', '')
    .where('hash', 'not like', '!%')
    .executeTakeFirst()
  return Number(row?.count ?? 0)
}
