import { statSync } from 'node:fs'
import pg from 'pg'
import type { DatabaseKind } from '../database.ts'
import { DatabaseSync } from '../sqlite-module.ts'
import { foreignConnection, foreignFault } from './foreign-connection.ts'
import { ForeignDatabaseError, type ForeignRow, quotedName } from './foreign-database.ts'
import { sqlitePathOf } from './open-foreign-database.ts'

/** A column that can be written. */
export type WritableColumn = {
  name: string
  /** As the table declares it, in lower case. */
  type: string
  isNullable: boolean
  /** Whether a new row gets a value for it by itself. */
  hasDefault: boolean
}

/** A value to write. Times are dates. */
export type WrittenValue = string | boolean | Date | null

/** A column and its new value. */
export type Written = { column: WritableColumn; value: WrittenValue }

/** The other database refuses a row: a value is taken, too long or missing. The message is the database's own. */
export class ForeignRefusal extends Error {}

/** Another program's database, open for writing. Each statement commits by itself and locks one row for a moment. */
export type ForeignWriter = {
  kind: DatabaseKind
  columnsOf(table: string): Promise<WritableColumn[]>
  /** Rows of a query, each value as text. */
  rows(sql: string): Promise<ForeignRow[]>
  /** @throws ForeignRefusal */
  insert(table: string, values: readonly Written[]): Promise<void>
  /** @returns how many rows were updated @throws ForeignRefusal */
  update(table: string, key: Written, values: readonly Written[]): Promise<number>
  /** Deletes the rows that have all of these values. @throws ForeignRefusal */
  remove(table: string, keys: readonly Written[]): Promise<void>
  /** Makes the other program generate keys above those that were written. */
  moveSequence(table: string, key: string): Promise<void>
  close(): Promise<void>
}

/** How long to wait for another writer, in milliseconds. */
const BUSY_TIMEOUT_MS = 10_000

/** Opens `sqlite:PATH`, a path, or `postgres://…` for writing. @throws ForeignDatabaseError */
export async function openForeignWriter(url: string, schema: string | undefined): Promise<ForeignWriter> {
  return /^postgres(ql)?:\/\//.test(url) ? openPostgres(url, schema ?? 'public') : openSqlite(sqlitePathOf(url))
}

function openSqlite(path: string): ForeignWriter {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new ForeignDatabaseError(`There is no SQLite file at ${path}. Check --to and the working directory.`)
  }
  const file = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS })
  const run = (sql: string, values: readonly Written[]) => {
    try {
      return Number(file.prepare(sql).run(...values.map(sqliteValue)).changes)
    } catch (error) {
      // SQLITE_CONSTRAINT and its extended codes.
      if (error instanceof Error && Number(Reflect.get(error, 'errcode')) % 256 === 19)
        throw new ForeignRefusal(error.message)
      throw error
    }
  }
  return {
    kind: 'sqlite',
    columnsOf: async (table) =>
      file
        .prepare('select name, type, "notnull", dflt_value, pk from pragma_table_info(?)')
        .all(table)
        .map((column) => ({
          name: String(column.name),
          type: String(column.type).toLowerCase(),
          isNullable: column.notnull === 0,
          hasDefault: column.dflt_value !== null,
        })),
    async rows(sql) {
      const statement = file.prepare(sql)
      statement.setReturnArrays(true)
      return statement.all() as unknown as ForeignRow[]
    },
    async insert(table, values) {
      run(
        insertion(quotedName(table), values, () => '?'),
        values,
      )
    },
    update: async (table, key, values) =>
      run(
        updating(quotedName(table), key, values, () => '?'),
        [...values, key],
      ),
    async remove(table, keys) {
      run(
        removing(quotedName(table), keys, () => '?'),
        keys,
      )
    },
    // SQLite generates a key above the largest one by itself.
    moveSequence: async () => {},
    close: async () => file.close(),
  }
}

async function openPostgres(url: string, schema: string): Promise<ForeignWriter> {
  const client = new pg.Client({
    ...foreignConnection(url, '--to'),
    application_name: 'latchkey sync',
    connectionTimeoutMillis: BUSY_TIMEOUT_MS,
    keepAlive: true,
  })
  // A connection that breaks also fails its next statement.
  client.on('error', () => {})
  try {
    await client.connect()
  } catch (error) {
    throw new ForeignDatabaseError(foreignFault(error, '--to'), error)
  }
  const named = (table: string) => `${quotedName(schema)}.${quotedName(table)}`
  const run = async (sql: string, values: readonly Written[]) => {
    try {
      return (await client.query(sql, values.map(postgresValue))).rowCount ?? 0
    } catch (error) {
      // Violated constraints, and data that does not fit the column.
      if (error instanceof pg.DatabaseError && /^2[23]/.test(error.code ?? '')) throw new ForeignRefusal(error.message)
      throw error
    }
  }
  return {
    kind: 'postgres',
    async columnsOf(table) {
      const { rows } = await client.query(
        `select a.attname, lower(format_type(a.atttypid, a.atttypmod)) as type, not a.attnotnull as nullable,
          a.atthasdef or a.attidentity <> '' as filled
        from pg_attribute a where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum`,
        [named(table)],
      )
      return rows.map((row) => ({
        name: row.attname,
        type: row.type,
        isNullable: row.nullable,
        hasDefault: row.filled,
      }))
    },
    async rows(sql) {
      await client.query(`set search_path to ${quotedName(schema)}`)
      const { rows } = await client.query({ text: sql, rowMode: 'array' })
      return rows.map((row: unknown[]) => row.map((value) => (value === null ? null : String(value))))
    },
    async insert(table, values) {
      await run(insertion(named(table), values, postgresPlace), values)
    },
    async remove(table, keys) {
      await run(removing(named(table), keys, postgresPlace), keys)
    },
    update: (table, key, values) => run(updating(named(table), key, values, postgresPlace), [...values, key]),
    async moveSequence(table, key) {
      const { rows } = await client.query('select pg_get_serial_sequence($1, $2) as name', [named(table), key])
      if (rows[0]?.name == null) return
      await client.query(
        `select setval($1::regclass, greatest((select max(${quotedName(key)}) from ${named(table)}), nextval($1::regclass)))`,
        [rows[0].name],
      )
    },
    close: () => client.end(),
  }
}

type Place = (written: Written, position: number) => string

function insertion(table: string, values: readonly Written[], place: Place): string {
  const names = values.map(({ column }) => quotedName(column.name))
  return `insert into ${table} (${names.join(', ')}) values (${values.map((one, nth) => place(one, nth + 1)).join(', ')})`
}

function removing(table: string, keys: readonly Written[], place: Place): string {
  const conditions = keys.map((one, nth) => `${quotedName(one.column.name)} = ${place(one, nth + 1)}`)
  return `delete from ${table} where ${conditions.join(' and ')}`
}

function updating(table: string, key: Written, values: readonly Written[], place: Place): string {
  const changes = values.map((one, nth) => `${quotedName(one.column.name)} = ${place(one, nth + 1)}`)
  return `update ${table} set ${changes.join(', ')} where ${quotedName(key.column.name)} = ${place(key, values.length + 1)}`
}

/** Texts are not cast: a cast to `varchar(n)` would truncate them, but an assignment refuses them. */
function postgresPlace({ column: { type } }: Written, position: number): string {
  return /^(bool|int|bigint|smallint|uuid|timestamp|date|numeric)/.test(type)
    ? `$${position}::text::${type}`
    : `$${position}`
}

function postgresValue({ value }: Written): string | null {
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'boolean' ? String(value) : value
}

/** Values as Django writes them: UTC with microseconds, 1 and 0, UUIDs without hyphens. */
function sqliteValue({ column: { type }, value }: Written): string | number | bigint | null {
  if (value instanceof Date) return `${value.toISOString().slice(0, -1).replace('T', ' ')}000`
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value !== null && /int|bool/.test(type) && /^-?\d+$/.test(value)) return BigInt(value)
  return value !== null && type === 'char(32)' ? value.replaceAll('-', '') : value
}
