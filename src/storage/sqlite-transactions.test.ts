import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Kysely, sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSqliteFile, sqliteDialect } from './node-sqlite.ts'
import { sqliteTransactions } from './sqlite-transactions.ts'
import { createSqliteTurn } from './sqlite-turn.ts'
import type { Tables } from './tables.ts'
import type { InTransaction } from './transaction.ts'

/** A disk that finishes when the test says so. */
type SlowDisk = { waiting: { resolve(): void; reject(error: Error): void }[]; sync(): Promise<void> }

function slowDisk(): SlowDisk {
  const waiting: SlowDisk['waiting'] = []
  return { waiting, sync: () => new Promise<void>((resolve, reject) => waiting.push({ resolve, reject })) }
}

describe('a commit on SQLite', () => {
  let folder: string
  let disk: SlowDisk
  let failures: unknown[]
  let inTransaction: InTransaction
  let inOneStatement: InTransaction
  let close: () => void

  const put = (value: number) =>
    inTransaction((tx) => sql`insert into facts (value) values (${value})`.execute(tx)).then(
      () => `${value} kept`,
      () => `${value} failed`,
    )
  const turns = async () => {
    for (let turn = 0; turn < 5; turn++) await nextTurn()
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-commits-'))
    const file = openSqliteFile(join(folder, 'facts.sqlite3'), 'write')
    file.exec('create table facts (value integer check (value < 100))')
    failures = []
    const failed = (error: unknown) => failures.push(error)
    const writer = new Kysely<Tables>({ dialect: sqliteDialect(file, 'write', failed) })
    disk = slowDisk()
    const parts = { file, writer, turn: createSqliteTurn(), sync: disk.sync, checkFile: () => {}, failed }
    ;({ inTransaction, inOneStatement } = sqliteTransactions(parts))
    close = () => file.close()
  })
  afterEach(() => {
    close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('is answered when it is durable, not before', async () => {
    let answer: string | undefined
    const asked = put(1).then((text) => {
      answer = text
    })
    await turns()
    expect([answer, disk.waiting.length]).toEqual([undefined, 1])
    disk.waiting[0]?.resolve()
    await asked
    expect(answer).toBe('1 kept')
  })

  it('is shared by everybody who arrived while the disk was busy', async () => {
    const first = put(1)
    await turns()
    const others = [put(2), put(3), put(4)]
    await turns()
    expect(disk.waiting).toHaveLength(1)
    disk.waiting[0]?.resolve()
    expect(await first).toBe('1 kept')
    await turns()
    expect(disk.waiting).toHaveLength(2)
    disk.waiting[1]?.resolve()
    expect(await Promise.all(others)).toEqual(['2 kept', '3 kept', '4 kept'])
  })

  it('keeps what others did, although a statement among them fails', async () => {
    const several = inTransaction(async (tx) => {
      await sql`insert into facts (value) values (2)`.execute(tx)
      await sql`insert into facts (value) values (200)`.execute(tx)
    })
    const one = inOneStatement((tx) => sql`insert into facts (value) values (3), (300)`.execute(tx))
    const asked = [put(1), several, one, put(4)]
    await turns()
    disk.waiting[0]?.resolve()
    const outcomes = await Promise.allSettled(asked)
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
    const reader = new DatabaseSync(join(folder, 'facts.sqlite3'), { readOnly: true })
    expect(reader.prepare('select value from facts order by value').all()).toEqual([{ value: 1 }, { value: 4 }])
    reader.close()
  })

  it('confirms nothing to anybody if the disk failed, and the next one is still tried', async () => {
    const asked = [put(1), put(2)]
    await turns()
    disk.waiting[0]?.reject(new Error('no such luck'))
    expect(await Promise.all(asked)).toEqual(['1 failed', '2 failed'])
    expect(failures).toHaveLength(1)
    const again = put(3)
    await turns()
    disk.waiting[1]?.resolve()
    expect(await again).toBe('3 kept')
  })

  it('does not depend on anything that a failing disk may have lost', async () => {
    const lost = put(1)
    await turns()
    disk.waiting[0]?.reject(new Error('no such luck'))
    expect(await lost).toBe('1 failed')
    const next = put(2)
    await turns()
    // The database without its log.
    copyFileSync(join(folder, 'facts.sqlite3'), join(folder, 'copy.sqlite3'))
    const copy = new DatabaseSync(join(folder, 'copy.sqlite3'), { readOnly: true })
    expect(copy.prepare('select value from facts').all()).toEqual([{ value: 1 }])
    copy.close()
    disk.waiting[1]?.resolve()
    expect(await next).toBe('2 kept')
  })
})
