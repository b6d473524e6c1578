import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kysely, sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSqliteFile, sqliteDialect } from './node-sqlite.ts'
import { createSqliteTurn } from './sqlite-turn.ts'
import type { Tables } from './tables.ts'

describe('rows of SQLite', () => {
  let folder: string
  let other: ReturnType<typeof openSqliteFile>
  let db: Kysely<Tables>
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-rows-'))
    const path = join(folder, 'rows.sqlite3')
    other = openSqliteFile(path, 'write')
    other.exec(`create table things (id integer, name text); insert into things values (1, 'one'), (2, null)`)
    db = new Kysely<Tables>({
      dialect: sqliteDialect(openSqliteFile(path, 'read'), { turn: createSqliteTurn() }, () => {}),
    })
  })
  afterEach(async () => {
    await db.destroy()
    other.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const read = async () => (await sql`select * from things order by id`.execute(db)).rows

  it('are objects of their own, with a null for each empty column', async () => {
    const [first, second] = await read()
    expect([first, second]).toEqual([
      { id: 1, name: 'one' },
      { id: 2, name: null },
    ])
    expect(first).not.toBe(second)
  })

  it('have the columns that another process has added, dropped or renamed since the first read', async () => {
    await read()
    other.exec(`alter table things add column size integer default 3`)
    expect((await read())[0]).toEqual({ id: 1, name: 'one', size: 3 })
    other.exec('alter table things drop column name')
    expect((await read())[0]).toEqual({ id: 1, size: 3 })
    other.exec('alter table things rename column size to width')
    expect((await read())[0]).toEqual({ id: 1, width: 3 })
  })

  it('keep their own values when many statements run at the same moment', async () => {
    const names = Array.from({ length: 16 }, (_, index) => `name ${index}`)
    const rows = await Promise.all(names.map((name) => sql`select ${name} as name`.execute(db)))
    expect(rows.map(({ rows: [row] }) => row)).toEqual(names.map((name) => ({ name })))
  })

  it('are refused, each by itself, if the file is closed in the turn of the reads', async () => {
    const file = openSqliteFile(join(folder, 'rows.sqlite3'), 'read')
    const closed = new Kysely<Tables>({ dialect: sqliteDialect(file, { turn: createSqliteTurn() }, () => {}) })
    const reads = [1, 2].map((id) => sql`select name from things where id = ${id}`.execute(closed))
    file.close()
    expect((await Promise.allSettled(reads)).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })
})
