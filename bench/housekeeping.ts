import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import pg from 'pg'
import { type Database, openDatabase } from '../src/storage/database.ts'
import type { DatabaseKind } from './databases.ts'
import { type LoadResult, runLoad } from './load/load.ts'
import { populate, refreshChains } from './scenarios.ts'
import type { ServerRunner } from './servers.ts'

/** How much slower refreshes are while expired sessions are deleted. */
type HousekeepingResult = {
  database: string
  sessions: number
  expired: number
  /** Refreshes while nothing is deleted. */
  quiet: { perSecond: number; p99Ms: number }
  /** Refreshes while the expired sessions are deleted. */
  deleting: { perSecond: number; p99Ms: number }
  /** How many sessions were deleted per second under this load. */
  deletedPerSecond: number
}

const SESSIONS = 2_000_000
const QUICK = 200_000
/** The server looks for rows to delete once a minute. */
const FIRST_LOOK_WITHIN_MS = 90_000
const DAY_MS = 86_400_000

/**
 * Fills a database with sessions, lets half of them expire, and measures refreshes while the server deletes the expired
 * ones.
 */
export async function measureHousekeeping(
  runner: ServerRunner,
  kind: DatabaseKind,
  isQuick: boolean,
): Promise<HousekeepingResult> {
  const sessions = isQuick ? QUICK : SESSIONS
  const windowMs = isQuick ? 4_000 : 15_000
  const databaseUrl = await kind.create('housekeeping')
  const server = await runner.startLatchkey({ algorithm: 'HS256', databaseUrl })
  const database = openDatabase(databaseUrl)
  try {
    const logins = await populate(server.port)
    const exchange = refreshChains(logins)
    const connections = Math.min(8, logins.length)
    const load = (durationMs: number) => runLoad({ port: server.port, connections, exchange, durationMs })
    await fill(database, sessions)
    await settle(databaseUrl)
    await load(windowMs)
    const quiet = await load(windowMs)
    await expireHalf(database)
    await settle(databaseUrl)
    const before = await countExpired(database)
    const lookUntil = performance.now() + FIRST_LOOK_WITHIN_MS
    while ((await countExpired(database)) === before && performance.now() < lookUntil) await delay(250)
    const atStart = await countExpired(database)
    const deleting = await load(windowMs)
    const deleted = atStart - (await countExpired(database))
    return {
      database: kind.name,
      sessions,
      expired: before,
      quiet: figures(quiet),
      deleting: figures(deleting),
      deletedPerSecond: deleted / deleting.seconds,
    }
  } finally {
    await database.close()
    await server.stop()
  }
}

/** The result as text. */
export function housekeepingText({
  database,
  sessions,
  expired,
  quiet,
  deleting,
  deletedPerSecond,
}: HousekeepingResult): string {
  const line = (what: string, { perSecond, p99Ms }: HousekeepingResult['quiet']) =>
    `  refreshes, ${what.padEnd(24)} ${Math.round(perSecond).toLocaleString('en')}/s, p99 ${p99Ms.toFixed(1)} ms`
  return [
    `Housekeeping on ${database}, ${sessions.toLocaleString('en')} sessions of which ${expired.toLocaleString('en')} have expired`,
    line('nothing is deleted', quiet),
    line('while they are deleted', deleting),
    `  ratio of the p99s                   ${(deleting.p99Ms / quiet.p99Ms).toFixed(2)} (target: 2.00 at most)`,
    `  sessions deleted                    ${Math.round(deletedPerSecond).toLocaleString('en')}/s`,
    '',
  ].join('\n')
}

const figures = ({ answers, seconds, p99 }: LoadResult) => ({ perSecond: answers / seconds, p99Ms: p99 })

/** Sessions with random ids, like real ones, so that they are scattered over the table. */
async function fill(database: Database, count: number): Promise<void> {
  const now = Date.now()
  const id = database.kind === 'sqlite' ? sql`lower(hex(randomblob(16)))` : sql`md5(random()::text || i::text)`
  await database.inLongTransaction((tx) =>
    sql`with recursive n(i) as (select 1 union all select i + 1 from n where i < cast(${count} as integer))
      insert into sessions (id, account_id, created_at, refresh_seed, refresh_generation, refreshed_at,
        refresh_expires_at, prune_check_at, address, user_agent, amr)
      select ${id}, 1, cast(${now} as bigint), 'bench', 0, cast(${now} as bigint),
        cast(${now + DAY_MS} as bigint) + i, cast(${now + DAY_MS} as bigint) + i, '127.0.0.1', 'bench', 'pwd' from n`.execute(
      tx,
    ),
  )
}

async function expireHalf(database: Database): Promise<void> {
  const longAgo = Date.now() - 30 * DAY_MS
  await database.inLongTransaction((tx) =>
    sql`update sessions set refresh_expires_at = cast(${longAgo} as bigint), prune_check_at = cast(${longAgo} as bigint)
      where refresh_seed = 'bench' and refresh_expires_at % 2 = 0`.execute(tx),
  )
}

/** On PostgreSQL, removes the old row versions now. Otherwise, autovacuum would do that while refreshes are measured. */
async function settle(databaseUrl: string): Promise<void> {
  if (databaseUrl.startsWith('sqlite:')) return
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query('vacuum (analyze) sessions')
  await client.end()
}

/** Sessions that housekeeping will delete. There is an index for them, so that counting does not disturb the server. */
async function countExpired(database: Database): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from sessions
    where prune_check_at < ${Date.now() - DAY_MS}`.execute(database.read)
  return Number(rows[0]?.count)
}
