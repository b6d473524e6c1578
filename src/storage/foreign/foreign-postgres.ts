import pg from 'pg'
import { foreignConnection, foreignFault } from './foreign-connection.ts'
import {
  FOREIGN_BATCH,
  type ForeignColumn,
  type ForeignDatabase,
  ForeignDatabaseError,
  type ForeignRow,
  type ForeignTable,
  quotedName,
  type SchemaChoice,
} from './foreign-database.ts'

/** One snapshot. Reading takes no lock that a writer waits for. `search_path` contains only the chosen schema. */
const BEGIN = 'begin transaction isolation level repeatable read, read only'
const UNBOUNDED =
  'set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0; set local lock_timeout = 0'
const CONNECT_TIMEOUT_MS = 10_000

/** `infinity` becomes the latest time that a date can represent. `-infinity` becomes null. */
const LATEST = 8_640_000_000_000_000

/** Opens another program's PostgreSQL database for reading. @throws ForeignDatabaseError */
export async function openForeignPostgres(url: string, choice: SchemaChoice): Promise<ForeignDatabase> {
  const client = new pg.Client({
    ...foreignConnection(url, '--from'),
    application_name: 'latchkey import',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    types: { getTypeParser: () => String },
  })
  // A connection that breaks also fails its next statement.
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query(BEGIN)
    await client.query(UNBOUNDED)
    const bySchema = await readSchemas(client)
    const schema = chooseSchema(bySchema, choice)
    // Names without a schema are looked up here and nowhere else.
    await client.query(`set local search_path to ${quotedName(schema)}`)
    return {
      kind: 'postgres',
      schema,
      tables: bySchema.get(schema) ?? [],
      textOf,
      rows: (sql) => readRows(client, sql),
      close: () => client.end(),
    }
  } catch (error) {
    await client.end().catch(() => {})
    if (error instanceof ForeignDatabaseError) throw error
    throw new ForeignDatabaseError(foreignFault(error, '--from'), error)
  }
}

function chooseSchema(bySchema: ReadonlyMap<string, ForeignTable[]>, { schema, isWanted }: SchemaChoice): string {
  if (schema !== undefined) {
    if (bySchema.has(schema)) return schema
    throw new ForeignDatabaseError(`The database has no schema ${JSON.stringify(schema)} with tables in it.`)
  }
  const wanted = [...bySchema].filter(([, tables]) => isWanted(tables)).map(([name]) => name)
  const [only, ...others] = wanted
  if (only === undefined) return 'public'
  if (others.length === 0) return only
  throw new ForeignDatabaseError(
    `Several schemas have a table of users: ${wanted.join(', ')}. Latchkey does not merge tenants. ` +
      'Choose one with --schema, and give each tenant a Latchkey of its own.',
  )
}

async function readSchemas(client: pg.Client): Promise<Map<string, ForeignTable[]>> {
  const columns = await client.query(`
    select n.nspname, c.relname, a.attname, lower(format_type(a.atttypid, a.atttypmod)) as type,
      (select count(*) from unnest(i.indkey) k) as key_columns, a.attnum = any(i.indkey) as is_key
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_index i on i.indrelid = c.oid and i.indisprimary
    where c.relkind in ('r', 'p', 'v', 'm') and n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'
    order by n.nspname, c.relname, a.attnum`)
  const references = await client.query(`
    select n.nspname, c.relname, a.attname, f.relname as target
    from pg_constraint k
    join pg_class c on c.oid = k.conrelid
    join pg_namespace n on n.oid = c.relnamespace
    join pg_class f on f.oid = k.confrelid
    join pg_attribute a on a.attrelid = c.oid and a.attnum = k.conkey[1]
    where k.contype = 'f' and array_length(k.conkey, 1) = 1`)
  const schemas = new Map<string, Map<string, Draft>>()
  for (const row of columns.rows) {
    const tables = schemas.get(row.nspname) ?? new Map<string, Draft>()
    schemas.set(row.nspname, tables)
    const table = tables.get(row.relname) ?? { columns: [], key: undefined, references: [] }
    tables.set(row.relname, table)
    table.columns.push({ name: row.attname, type: row.type })
    if (row.is_key === 't' && row.key_columns === '1') table.key = row.attname
  }
  for (const { nspname, relname, attname, target } of references.rows) {
    schemas.get(nspname)?.get(relname)?.references.push({ column: attname, table: target })
  }
  return new Map(
    [...schemas].map(([schema, tables]) => [schema, [...tables].map(([name, table]) => ({ name, ...table }))]),
  )
}

type Draft = { columns: ForeignColumn[]; key: string | undefined; references: { column: string; table: string }[] }

function textOf({ type }: ForeignColumn, expression: string): string {
  if (type === 'boolean') return `(case when ${expression} then '1' when not ${expression} then '0' end)`
  // A time without a zone is UTC, as Django stores it unless USE_TZ is off.
  if (/^(timestamp|date)/.test(type)) {
    const moment = `cast(floor(extract(epoch from ${expression}) * 1000) as bigint)::text`
    return `(case when isfinite(${expression}) then ${moment} when ${expression} > 'epoch' then '${LATEST}' end)`
  }
  return `(${expression})::text`
}

let cursors = 0

async function* readRows(client: pg.Client, sql: string): AsyncIterable<readonly ForeignRow[]> {
  const cursor = `latchkey_${++cursors}`
  const ask = (text: string) =>
    client.query({ text, rowMode: 'array' }).catch((error: unknown) => {
      throw readingFault(error)
    })
  await ask(`declare ${cursor} no scroll cursor for ${sql}`)
  for (;;) {
    const { rows } = await ask(`fetch ${FOREIGN_BATCH} from ${cursor}`)
    if (rows.length > 0) yield rows as ForeignRow[]
    if (rows.length < FOREIGN_BATCH) break
  }
  await ask(`close ${cursor}`)
}

const INSUFFICIENT_PRIVILEGE = '42501'

function readingFault(error: unknown): ForeignDatabaseError {
  if (error instanceof pg.DatabaseError && error.code === INSUFFICIENT_PRIVILEGE) {
    return new ForeignDatabaseError(
      `The user in --from may not read everything: ${error.message}. Grant it the right: grant select on all tables in ` +
        'schema … to …, or name another user.',
      error,
    )
  }
  return new ForeignDatabaseError(foreignFault(error, '--from'), error)
}
