import { isPostgres, type Queryable } from './prepared.ts'

/** While so many statements of one kind run, further requests wait for the next one. */
const STATEMENTS_AT_ONCE = 4
const REQUESTS_PER_STATEMENT = 100
/**
 * A statement that fails later than this, in milliseconds, has waited for PostgreSQL. It is not repeated, because each of
 * its requests would wait as long once more.
 */
const REPEATED_WITHIN_MS = 2_000

/** A statement in two forms. */
type Forms<Db extends Queryable, Asked, Result> = {
  /**
   * For one request. It may run after a shared statement whose outcome is unknown, so repeating it must do no harm. It
   * rejects, and does not throw.
   */
  one(db: Db, asked: Asked): Promise<Result>
  /** For several requests, in one PostgreSQL statement. It returns one result for each, in their order. */
  many(db: Db, asked: readonly Asked[]): Promise<Result[]>
}

/**
 * A statement that thousands of requests need. On PostgreSQL, a round trip costs far more than one more row in it, so
 * requests that arrive at the same moment share a statement. None of them waits for others to arrive: a statement serves
 * every request that is waiting when it starts. On SQLite, and inside a transaction, each request has its own statement.
 *
 * If a shared statement fails soon, each of its requests asks once more, alone. So a value that PostgreSQL refuses, a
 * connection that breaks, or a deadlock fails no other request.
 */
export function sharedStatement<Db extends Queryable, Asked, Result>(
  forms: Forms<Db, Asked, Result>,
): (db: Db, asked: Asked) => Promise<Result> {
  const queues = new WeakMap<Db, (asked: Asked) => Promise<Result>>()
  return (db, asked) => {
    if (db.isTransaction || !isPostgres(db)) return forms.one(db, asked)
    let ask = queues.get(db)
    if (ask === undefined) {
      ask = createQueue(db, forms)
      queues.set(db, ask)
    }
    return ask(asked)
  }
}

type Waiting<Asked, Result> = { asked: Asked; resolve: (result: Result | Promise<Result>) => void }

function createQueue<Db extends Queryable, Asked, Result>(
  db: Db,
  { one, many }: Forms<Db, Asked, Result>,
): (asked: Asked) => Promise<Result> {
  const waiting: Waiting<Asked, Result>[] = []
  let running = 0
  let isDue = false

  function start(): void {
    isDue = false
    while (waiting.length > 0 && running < STATEMENTS_AT_ONCE) {
      running++
      void run(waiting.splice(0, REQUESTS_PER_STATEMENT)).finally(() => {
        running--
        start()
      })
    }
  }

  async function run(batch: readonly Waiting<Asked, Result>[]): Promise<void> {
    const [only] = batch
    if (batch.length === 1 && only !== undefined) {
      const result = one(db, only.asked)
      only.resolve(result)
      return result.then(ignore, ignore)
    }
    const began = performance.now()
    try {
      const results = await many(
        db,
        batch.map(({ asked }) => asked),
      )
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result)
    } catch (error) {
      const isLate = performance.now() - began > REPEATED_WITHIN_MS
      const repeated = batch.map(({ asked, resolve }) => {
        const result = isLate ? Promise.reject(error) : one(db, asked)
        resolve(result)
        return result
      })
      await Promise.allSettled(repeated)
    }
  }

  return (asked) =>
    new Promise((resolve) => {
      waiting.push({ asked, resolve })
      if (isDue) return
      // After the requests that arrived in the same turn of the event loop.
      isDue = true
      setImmediate(start)
    })
}

function ignore(): void {}
