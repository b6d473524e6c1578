import { sql } from 'kysely'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { type Database, openDatabase } from '../../src/storage/database.ts'
import type { Queryable } from '../../src/storage/prepared.ts'
import { databases } from '../support/databases.ts'

describe.each(databases)('a snapshot on $name', ({ create }) => {
  let database: Database

  beforeEach(async () => {
    const place = await create()
    database = openDatabase(place.url)
    onTestFinished(async () => {
      await database.close()
      await place.drop()
    })
    await database.inTransaction((tx) => sql`create table notes (text text)`.execute(tx))
  })

  const add = () => database.inTransaction((tx) => sql`insert into notes (text) values ('one')`.execute(tx))
  const count = async (db: Queryable) =>
    Number((await sql<{ count: number }>`select count(*) as count from notes`.execute(db)).rows[0]?.count)

  it('shows what was there when it began, while others write', async () => {
    await add()
    const seen = await database.inSnapshot(async (db) => {
      const first = await count(db)
      await add()
      return [first, await count(db), ...(await Promise.all([count(db), count(db)])), await count(database.read)]
    })
    expect(seen).toEqual([1, 1, 1, 1, 2])
    expect(await count(database.read)).toBe(2)
  })

  it('cannot be written to, and leaves nothing behind if its work fails', async () => {
    const writing = database.inSnapshot((db) => sql`insert into notes (text) values ('two')`.execute(db))
    await expect(writing).rejects.toThrow()
    await add()
    expect(await database.inSnapshot(count)).toBe(1)
  })
})
