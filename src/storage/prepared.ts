import { type Compilable, type CompiledQuery, type Kysely, PostgresAdapter, type QueryResult } from 'kysely'
import { NodeSqliteAdapter } from './node-sqlite.ts'
import type { Tables } from './tables.ts'

/** The first argument of a store function that writes: the current transaction. It can also read. */
export type Transaction = Kysely<Tables>

/**
 * The first argument of a store function that only reads: a database or the current transaction. Its type has no way to
 * begin a statement that writes.
 */
export type Queryable = Pick<
  Kysely<Tables>,
  'selectFrom' | 'selectNoFrom' | 'getExecutor' | 'introspection' | 'isTransaction'
>

/** Whether it is PostgreSQL. For the few statements that only one of the two databases knows. */
export function isPostgres(db: Queryable): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter
}

/** PostgreSQL knows lists, too. */
type Value = string | number | null | readonly (string | number | null)[]

class Placeholder {
  readonly position: number
  constructor(position: number) {
    this.position = position
  }
}

/**
 * A query that is built and compiled once per kind of database and then run with other values. Building a query costs
 * several times what SQLite needs to answer it, so queries on the way of every request are made with this.
 *
 * `build` receives stand-ins for the values: it may place them in the query but not look at them.
 *
 *     const accountById = prepared((db, id: number) => db.selectFrom('accounts').selectAll().where('id', '=', id))
 *     const [account] = await accountById(db, 7)
 */
export function prepared<Values extends Value[], Row>(
  build: (db: Queryable, ...values: Values) => Compilable<Row>,
): (db: Queryable, ...values: Values) => Promise<Row[]> {
  return preparedRows(build)
}

/**
 * The same for a query with one row at most, which is only read column by column: it must not be spread, compared or
 * serialized. On SQLite, this saves building an object for the row.
 */
export function preparedView<Values extends Value[], Row>(
  build: (db: Queryable, ...values: Values) => Compilable<Row>,
): (db: Queryable, ...values: Values) => Promise<Row | undefined> {
  const run = preparedQuery(build, true)
  return (db, ...values) => run(db, values).then(firstRow)
}

/** The same for a statement whose caller needs only the number of changed rows. */
export function preparedChange<Values extends Value[]>(
  build: (tx: Transaction, ...values: Values) => Compilable<unknown>,
): (tx: Transaction, ...values: Values) => Promise<number> {
  const run = preparedQuery(build)
  return (tx, ...values) => run(tx, values).then(changedRows)
}

/** The same for a statement that writes and returns rows. */
export function preparedReturning<Values extends Value[], Row>(
  build: (tx: Transaction, ...values: Values) => Compilable<Row>,
): (tx: Transaction, ...values: Values) => Promise<Row[]> {
  return preparedRows(build)
}

function preparedRows<Db extends Queryable, Values extends Value[], Row>(
  build: (db: Db, ...values: Values) => Compilable<Row>,
): (db: Db, ...values: Values) => Promise<Row[]> {
  const run = preparedQuery(build)
  return (db, ...values) => run(db, values).then(({ rows }) => rows)
}

const firstRow = <Row>({ rows }: QueryResult<Row>): Row | undefined => rows[0]
const changedRows = ({ numAffectedRows }: QueryResult<unknown>): number => Number(numAffectedRows ?? 0)

function preparedQuery<Db extends Queryable, Values extends Value[], Row>(
  build: (db: Db, ...values: Values) => Compilable<Row>,
  asViews = false,
) {
  const compiledFor = new WeakMap<object, Compiled<Row>>()
  return (db: Db, values: Values): Promise<QueryResult<Row>> => {
    const executor = db.getExecutor()
    const { adapter } = executor
    let compiled = compiledFor.get(adapter)
    if (compiled === undefined) {
      const placeholders = values.map((_, position) => new Placeholder(position)) as unknown as Values
      const query = build(db, ...placeholders).compile()
      const { parameters } = query
      const takesValuesAsTheyAre = parameters.length === values.length && parameters.every(isAtItsPosition)
      compiled = { query, takesValuesAsTheyAre }
      compiledFor.set(adapter, compiled)
    }
    const { query, takesValuesAsTheyAre } = compiled
    const parameters = takesValuesAsTheyAre ? values : query.parameters.map((one) => filledIn(one, values))
    // On SQLite, this goes directly to the only connection: Kysely's path costs as much as the query itself.
    if (adapter instanceof NodeSqliteAdapter)
      return adapter.connection.executeQuery<Row>({ sql: query.sql, parameters, asViews })
    return executor.executeQuery<Row>({ ...query, parameters })
  }
}

/** The parameters of most queries are the values, each once and in their order. */
type Compiled<Row> = { query: CompiledQuery<Row>; takesValuesAsTheyAre: boolean }

function isAtItsPosition(parameter: unknown, index: number): boolean {
  return parameter instanceof Placeholder && parameter.position === index
}

function filledIn(parameter: unknown, values: readonly Value[]): unknown {
  return parameter instanceof Placeholder ? values[parameter.position] : parameter
}
