import { CompiledQuery } from 'kysely'
import type { Database } from '../storage/database.ts'
import type { Transaction } from '../storage/prepared.ts'

/** The part of a PostgreSQL client that rate-limiter-flexible uses. */
export type LimitCountClient = {
  query(query: { text: string; values: unknown[] }): Promise<{ rows: unknown[]; rowCount: number }>
}

/** A statement that the library is waiting for. */
type Asked = {
  text: string
  values: unknown[]
  resolve(answer: { rows: unknown[]; rowCount: number }): void
  reject(error: unknown): void
}

/**
 * Lets rate-limiter-flexible count in our database, over our own connections. Each of its statements is its own
 * transaction: it adds and returns the sum in one step. The statements of one turn of the event loop, such as the
 * limits of one login, are sent as one.
 *
 * @param onError called when the database refuses; the library then counts in memory and reports nothing
 */
export function limitCountClient(database: Database, onError: (error: unknown) => void): LimitCountClient {
  let waiting: Asked[] = []

  async function send(asked: readonly Asked[]): Promise<void> {
    try {
      const { text, values } = inOneStatement(asked)
      const { rows } = await database.inOneStatement((db) => db.executeQuery<Counted>(CompiledQuery.raw(text, values)))
      for (const [position, { resolve }] of asked.entries()) {
        const own = rows.filter(({ asked_as }) => asked_as === position)
        resolve({ rows: own, rowCount: own.length })
      }
    } catch (error) {
      onError(error)
      for (const { reject } of asked) reject(error)
    }
  }

  return {
    query: ({ text, values }) =>
      new Promise((resolve, reject) => {
        // A tick comes after all promises that can settle have settled. By then, the library has issued all its
        // statements.
        if (waiting.length === 0) {
          process.nextTick(() => {
            const asked = waiting
            waiting = []
            for (const group of groupsOf(asked)) void send(group)
          })
        }
        waiting.push({ text, values, resolve, reject })
      }),
  }
}

/**
 * Groups of statements that can be sent as one: at most one count per limit, in the order of their names. So no
 * statement changes a row twice, and statements that lock several rows never wait for each other in a cycle.
 */
function groupsOf(asked: readonly Asked[]): Asked[][] {
  const groups: Map<string, Asked>[] = []
  for (const one of asked) {
    const [limit = ''] = String(one.values[0]).split(':')
    const last = groups.at(-1)
    if (last === undefined || last.has(limit)) groups.push(new Map([[limit, one]]))
    else last.set(limit, one)
  }
  return groups.map((group) => [...group].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, one]) => one))
}

/** A row of the result: the library's `points` and `expire`, and the statement it belongs to. */
type Counted = { asked_as: number; points: number; expire: number | null }

/** The library's statements as one, each under `with`. PostgreSQL runs them in order. */
function inOneStatement(asked: readonly Asked[]): { text: string; values: unknown[] } {
  const values: unknown[] = []
  const parts = asked.map(({ text, values: own }) => {
    const offset = values.length
    values.push(...own)
    const renumbered = text.replace(/;\s*$/, '').replaceAll(/\$(\d+)/g, (_, digits) => `$${Number(digits) + offset}`)
    return /^\s*delete\b/i.test(renumbered) ? `${renumbered} returning points, expire` : renumbered
  })
  const named = parts.map((text, position) => `part_${position} as (${text})`)
  const rows = parts.map((_, position) => `select ${position} as asked_as, points, expire from part_${position}`)
  return { text: `with ${named.join(', ')} ${rows.join(' union all ')}`, values }
}

/**
 * Deletes counts whose window has ended, at most `limit` of them.
 *
 * @returns how many
 */
export async function pruneLimitCounts(db: Transaction, now: number, limit: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('rate_limits')
    .where('key', 'in', (counts) =>
      counts.selectFrom('rate_limits').select('key').where('expire', '<', now).orderBy('expire').limit(limit),
    )
    // If a count has started a new window since the inner query read it, it stays.
    .where('expire', '<', now)
    .executeTakeFirst()
  return Number(numDeletedRows)
}
