import { isPostgres, type Queryable } from './prepared.ts'

/** While so many statements of one lookup run, further requests wait for the next one. */
const STATEMENTS_AT_ONCE = 4
const KEYS_PER_STATEMENT = 100

/** The same lookup in two forms. */
type Lookup<Key, Row> = {
  /** Looks up one key. */
  one(db: Queryable, key: Key): Promise<Row>
  /** Looks up several keys in one PostgreSQL statement. It returns one row per key, in their order. */
  many(db: Queryable, keys: readonly Key[]): Promise<Row[]>
}

/**
 * A lookup for requests that come by the thousand. On PostgreSQL, a round trip costs far more than one more row in its
 * answer, so requests that ask at the same moment share a statement. None of them waits for others to come: a statement takes
 * along whoever is there when it starts. On SQLite, and inside a transaction, each request asks alone.
 *
 * If a shared statement fails, each of its requests asks once more, alone. So a key that PostgreSQL refuses, or a connection
 * that breaks, fails no other request.
 */
export function sharedLookup<Key, Row>(lookup: Lookup<Key, Row>): (db: Queryable, key: Key) => Promise<Row> {
  const queues = new WeakMap<Queryable, (key: Key) => Promise<Row>>()
  return (db, key) => {
    if (db.isTransaction || !isPostgres(db)) return lookup.one(db, key)
    let ask = queues.get(db)
    if (ask === undefined) {
      ask = createQueue(db, lookup)
      queues.set(db, ask)
    }
    return ask(key)
  }
}

type Waiting<Key, Row> = { key: Key; resolve: (row: Row | Promise<Row>) => void }

function createQueue<Key, Row>(db: Queryable, { one, many }: Lookup<Key, Row>): (key: Key) => Promise<Row> {
  const waiting: Waiting<Key, Row>[] = []
  let running = 0
  let isDue = false

  function start(): void {
    isDue = false
    while (waiting.length > 0 && running < STATEMENTS_AT_ONCE) {
      running++
      void run(waiting.splice(0, KEYS_PER_STATEMENT)).finally(() => {
        running--
        start()
      })
    }
  }

  async function run(batch: readonly Waiting<Key, Row>[]): Promise<void> {
    const [only] = batch
    if (batch.length === 1 && only !== undefined) {
      const row = one(db, only.key)
      only.resolve(row)
      return row.then(ignore, ignore)
    }
    try {
      const keys = batch.map(({ key }) => key)
      const rows = await many(db, keys)
      for (const [index, { resolve }] of batch.entries()) resolve(rows[index] as Row)
    } catch {
      for (const { key, resolve } of batch) resolve(one(db, key))
    }
  }

  return (key) =>
    new Promise((resolve) => {
      waiting.push({ key, resolve })
      if (isDue) return
      // After the requests that arrived in the same turn of the event loop.
      isDue = true
      setImmediate(start)
    })
}

function ignore(): void {}
