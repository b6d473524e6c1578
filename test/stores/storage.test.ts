import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../src/storage/database.ts'
import { migrate, NewerSchemaError, pendingMigrations } from '../../src/storage/migrate.ts'
import { prepared, preparedChange } from '../../src/storage/prepared.ts'
import { databases } from '../support/databases.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../support/migrated-database.ts'

const NOW = 1_900_000_000_000

const putFact = preparedChange((db, name: string, value: string) =>
  db
    .insertInto('server_state')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doNothing()),
)
const readFact = prepared((db, name: string) => db.selectFrom('server_state').select('value').where('name', '=', name))

describe.each(databases)('storage on $name', (kind) => {
  let place: MigratedDatabase
  let database: Database
  const fact = async (name: string) => (await readFact(database.read, name))[0]?.value

  beforeEach(async () => {
    place = await createMigratedDatabase(kind, NOW)
    database = place.open()
  })
  afterEach(() => place.drop())

  it('migrates once, although sixteen processes start at the same time', async () => {
    const fresh = await kind.create()
    const processes = Array.from({ length: 16 }, () => openDatabase(fresh.url))
    const applied = await Promise.all(processes.map((one) => migrate(one, NOW)))
    expect(applied.filter((names) => names.length > 0)).toHaveLength(1)
    expect(await pendingMigrations(processes[0] as Database)).toBe(0)
    await Promise.all(processes.map((one) => one.close()))
    await fresh.drop()
  })

  it('refuses a database that a newer version has migrated', async () => {
    await database.inTransaction((tx) =>
      sql`insert into schema_migrations (number, name, applied_at) values (9999, 'later', 1)`.execute(tx),
    )
    await expect(migrate(database, NOW)).rejects.toThrow(NewerSchemaError)
  })

  it('keeps what a unit wrote and returns the unit’s result', async () => {
    expect(await database.inTransaction((tx) => putFact(tx, 'a', '1'))).toBe(1)
    expect(await fact('a')).toBe('1')
  })

  it('rolls back only the failing unit, although it shares its commit with others', async () => {
    const outcomes = await Promise.allSettled([
      database.inTransaction((tx) => putFact(tx, 'before', '1')),
      database.inTransaction(async (tx) => {
        await putFact(tx, 'failed', '1')
        throw new Error('on purpose')
      }),
      database.inTransaction((tx) => putFact(tx, 'after', '1')),
    ])
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect([await fact('before'), await fact('failed'), await fact('after')]).toEqual(['1', undefined, '1'])
  })

  it('lets one of sixteen win a guarded change', async () => {
    const changes = await Promise.all(
      Array.from({ length: 16 }, (_, racer) => database.inTransaction((tx) => putFact(tx, 'prize', String(racer)))),
    )
    expect(changes.filter((changed) => changed === 1)).toHaveLength(1)
  })

  it('reads only committed data outside a transaction', async () => {
    let seenMeanwhile: string | undefined = 'not looked'
    await database.inTransaction(async (tx) => {
      await putFact(tx, 'uncommitted', '1')
      seenMeanwhile = await fact('uncommitted')
    })
    expect(seenMeanwhile).toBeUndefined()
    expect(await fact('uncommitted')).toBe('1')
  })

  it('waits for the lock of another process instead of failing', async () => {
    const other = place.open()
    await Promise.all(
      Array.from({ length: 20 }, (_, turn) =>
        (turn % 2 ? database : other).inTransaction((tx) => putFact(tx, `turn ${turn}`, 'done')),
      ),
    )
    expect(await fact('turn 0')).toBe('done')
    expect(await fact('turn 19')).toBe('done')
    await other.close()
  })

  it('never issues an id twice, even if the newest account is deleted', async () => {
    const insert = () =>
      database.inTransaction((tx) =>
        tx
          .insertInto('accounts')
          .values({
            uid: 'ada',
            username: 'ada',
            username_key: 'ada',
            email: '',
            phone_number: '',
            first_name: '',
            last_name: '',
            is_staff: 0,
            is_superuser: 0,
            created_at: NOW,
            credentials_version: 0,
          })
          .returning('id')
          .executeTakeFirstOrThrow(),
      )
    const first = await insert()
    await database.inTransaction((tx) => tx.deleteFrom('accounts').where('id', '=', first.id).execute())
    const second = await insert()
    expect(second.id).toBeGreaterThan(first.id)
  })
})
