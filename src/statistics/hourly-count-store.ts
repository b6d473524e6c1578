import { prepared, preparedChange, type Queryable, type Transaction } from '../storage/prepared.ts'
import type { HourlyCount } from './hourly-counts.ts'
import type { StatisticName } from './statistics.ts'

const raise = preparedChange((db, hour: number, name: string, count: number) =>
  db
    .insertInto('hourly_counts')
    .values({ hour, name, count })
    .onConflict((row) =>
      row.columns(['hour', 'name']).doUpdateSet((counts) => ({
        count: counts('hourly_counts.count', '+', counts.ref('excluded.count')),
      })),
    ),
)

/** Adds counts to the stored ones, of this process and of others. */
export async function addHourlyCounts(tx: Transaction, counts: readonly HourlyCount[]): Promise<void> {
  // Always in the same order, so that two processes never wait for each other.
  for (const { hour, name, count } of counts.toSorted((one, other) => (key(one) < key(other) ? -1 : 1))) {
    await raise(tx, hour, name, count)
  }
}

const between = prepared((db, from: number, to: number) =>
  db.selectFrom('hourly_counts').selectAll().where('hour', '>=', from).where('hour', '<', to),
)

/** The counts of the hours that began at `from` or later and before `to`. */
export async function listHourlyCounts(db: Queryable, from: number, to: number): Promise<HourlyCount[]> {
  return (await between(db, from, to)).map(({ hour, name, count }) => ({ hour, name: name as StatisticName, count }))
}

const prune = preparedChange((db, before: number) => db.deleteFrom('hourly_counts').where('hour', '<', before))

/** Deletes the counts of hours that began before `before`. They are few: some for each hour. */
export async function pruneHourlyCounts(tx: Transaction, before: number): Promise<void> {
  await prune(tx, before)
}

function key({ hour, name }: HourlyCount): string {
  return `${hour} ${name}`
}
