import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { messageOf } from '../../platform/is-error.ts'
import { DatabaseSync } from '../sqlite-module.ts'
import {
  FOREIGN_BATCH,
  type ForeignColumn,
  type ForeignDatabase,
  ForeignDatabaseError,
  type ForeignRow,
  type ForeignTable,
} from './foreign-database.ts'

/** How long to wait for a writer, in milliseconds. */
const BUSY_TIMEOUT_MS = 10_000

/**
 * Opens another program's SQLite file for reading. With a write-ahead log, a reader blocks nobody. Without one, which
 * is Django's default, a long read would lock out all writers, so the file is first copied, in one short read.
 *
 * @throws ForeignDatabaseError
 */
export function openForeignSqlite(path: string): ForeignDatabase {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new ForeignDatabaseError(`There is no SQLite file at ${path}. Check --from and the working directory.`)
  }
  let scratch: string | undefined
  let file: DatabaseSync | undefined
  const close = () => {
    if (file?.isOpen) file.close()
    if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true })
  }
  try {
    file = openReader(path)
    if (journalMode(file) !== 'wal') {
      scratch = mkdtempSync(join(tmpdir(), 'latchkey-import-'))
      const copy = join(scratch, 'copy.sqlite3')
      copyUnderReadLock(file, path, copy)
      file.close()
      file = openReader(copy)
    }
    // A read transaction sees the state at its first statement until it ends.
    file.exec('begin')
    const opened = file
    return {
      kind: 'sqlite',
      schema: undefined,
      tables: readTables(file),
      textOf,
      rows: (sql) => readRows(opened, path, sql),
      close: async () => close(),
    }
  } catch (error) {
    close()
    throw sqliteFault(path, error)
  }
}

const CURES: ReadonlyMap<number, string> = new Map([
  [3, 'Give this user permission to read the file and its folder.'],
  [5, 'Another program is writing to it. Try again in a moment, or stop that program.'],
  [
    11,
    'The file is damaged, perhaps because it was copied while a program wrote to it. Copy it with: sqlite3 FILE ".backup COPY"',
  ],
  [14, 'Give this user permission to read the file and its folder.'],
  [26, 'Name the file of the database itself. Load a dump (dumpdata, mysqldump, pg_dump) into a database first.'],
])

function sqliteFault(path: string, error: unknown): ForeignDatabaseError {
  const reason = messageOf(error)
  const cure = CURES.get(Number(error instanceof Error && Reflect.get(error, 'errcode')) & 0xff)
  return new ForeignDatabaseError(
    `${path} cannot be read as a SQLite database: ${reason}.${cure ? ` ${cure}` : ''}`,
    error,
  )
}

function openReader(path: string): DatabaseSync {
  return new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS })
}

function journalMode(file: DatabaseSync): unknown {
  return file.prepare('pragma journal_mode').get()?.journal_mode
}

/** A reader keeps writers out of the file until it ends. Copying takes as long as reading the file once. */
function copyUnderReadLock(file: DatabaseSync, path: string, copy: string): void {
  file.exec('begin')
  file.prepare('select count(*) from sqlite_schema').get()
  try {
    copyFileSync(path, copy)
  } finally {
    file.exec('rollback')
  }
}

function readTables(file: DatabaseSync): ForeignTable[] {
  const names = file.prepare("select name from sqlite_schema where type = 'table' order by name").all()
  return names.map(({ name }) => {
    const table = String(name)
    const columns = file.prepare('select name, type, pk from pragma_table_info(?)').all(table)
    const keys = columns.filter(({ pk }) => Number(pk) > 0)
    const references = file.prepare('select "from", "table" from pragma_foreign_key_list(?)').all(table)
    return {
      name: table,
      columns: columns.map((column) => ({ name: String(column.name), type: String(column.type).toLowerCase() })),
      key: keys.length === 1 ? String(keys[0]?.name) : undefined,
      references: references.map((reference) => ({ column: String(reference.from), table: String(reference.table) })),
    }
  })
}

/** Django writes a UUID as 32 hex digits, and shows it with hyphens. */
function textOf({ type }: ForeignColumn, expression: string): string {
  if (type === 'char(32)') return hyphenated(expression)
  if (!/^(datetime|timestamp|date)/.test(type)) return `cast(${expression} as text)`
  // Django writes UTC, with or without an offset, and microseconds. Other programs write a number of epoch time.
  const moment = `cast(round((julianday(${expression}) - 2440587.5) * 86400000) as integer)`
  // In milliseconds, a smaller number would be a time in 1973 or earlier, so it must be seconds.
  const number = `case when abs(${expression}) < ${LEAST_MS} then ${expression} * 1000 else ${expression} end`
  return `cast(case when typeof(${expression}) = 'text' then ${moment} else cast(${number} as integer) end as text)`
}

const LEAST_MS = 100_000_000_000

function hyphenated(expression: string): string {
  const parts = [
    [1, 8],
    [9, 4],
    [13, 4],
    [17, 4],
    [21, 12],
  ].map(([start, length]) => `substr(${expression}, ${start}, ${length})`)
  const isUuid = `length(${expression}) = 32 and ${expression} not glob '*[^0-9a-fA-F]*'`
  return `case when ${isUuid} then lower(${parts.join(" || '-' || ")}) else ${expression} end`
}

async function* readRows(file: DatabaseSync, path: string, sql: string): AsyncIterable<readonly ForeignRow[]> {
  try {
    const statement = file.prepare(sql)
    statement.setReturnArrays(true)
    let batch: ForeignRow[] = []
    for (const row of statement.iterate() as Iterable<unknown>) {
      batch.push(row as ForeignRow)
      if (batch.length < FOREIGN_BATCH) continue
      yield batch
      batch = []
    }
    if (batch.length > 0) yield batch
  } catch (error) {
    throw sqliteFault(path, error)
  }
}
