import { describe, expect, it } from 'vitest'
import { asStorageError, DatabaseUnavailableError, isTrouble } from './database-trouble.ts'

const postgres = (code: string) => Object.assign(new Error('what PostgreSQL says'), { code })
const noTable = (text: string, routine = 'parserOpenTable') =>
  Object.assign(new Error(text), { code: '42P01', routine })
const sqlite = (errcode: number) => Object.assign(new Error('what SQLite says'), { code: 'ERR_SQLITE_ERROR', errcode })

const isOutage = (error: unknown) => asStorageError(error) instanceof DatabaseUnavailableError

describe('a failure of the database', () => {
  it.each<[string, Error]>([
    ['PostgreSQL is being restarted', postgres('57P01')],
    ['PostgreSQL lets nobody in', postgres('55000')],
    ['PostgreSQL has too many clients', postgres('53300')],
    ['PostgreSQL has no room on its disk', postgres('53100')],
    ['PostgreSQL itself has failed', postgres('XX000')],
    ['PostgreSQL has become a read-only copy', postgres('25006')],
    ['PostgreSQL has taken rights away from this user', postgres('42501')],
    ['a statement took too long', postgres('57014')],
    ['a transaction did nothing for too long', postgres('25P03')],
    ['PostgreSQL is not reached', new AggregateError([postgres('ECONNREFUSED'), postgres('EHOSTUNREACH')])],
    ['the connection to PostgreSQL broke', new Error('Connection terminated unexpectedly')],
    ['no connection came in time', new Error('timeout exceeded when trying to connect')],
    ['another program keeps the SQLite file locked', sqlite(5)],
    ['the disk under SQLite is full', sqlite(13)],
    ['the SQLite file is damaged, until a backup is restored', sqlite(11)],
    ['the disk under SQLite fails, in detail', sqlite(10 + 256 * 12)],
  ])('passes by itself: %s', (_what, error) => {
    expect([isOutage(error), isTrouble(error)]).toEqual([true, true])
  })

  it.each<[string, unknown]>([
    ['PostgreSQL knows no such table, and it is none of ours', postgres('42P01')],
    [
      'a statement of ours uses a table that is not in its FROM clause',
      noTable('missing FROM-clause entry for table "posts"', 'errorMissingRTE'),
    ],
    ['SQLite knows no such table, and it is none of ours', sqlite(1)],
    ['a bug of ours', new TypeError('undefined is not a function')],
    ['not an error', 'text'],
  ])('does not pass by itself: %s', (_what, error) => {
    expect([isOutage(error), isTrouble(error)]).toEqual([false, true])
  })

  it.each<[string, Error]>([
    ['a name is taken, on PostgreSQL', postgres('23505')],
    ['a name is taken, on SQLite', sqlite(19 + 256 * 8)],
  ])('does not count: %s', (_what, error) => {
    expect([isOutage(error), isTrouble(error)]).toEqual([false, false])
  })

  it.each<[string, Error]>([
    ['PostgreSQL', noTable('relation "posts" does not exist')],
    ['PostgreSQL in French', noTable('la relation « posts » n’existe pas')],
    ['SQLite', Object.assign(new Error('no such table: posts'), { code: 'ERR_SQLITE_ERROR', errcode: 1 })],
    ['SQLite, by a foreign key', Object.assign(new Error('no such table: main.posts'), { errcode: 1 })],
  ])('is one that names the table and the cure if %s has lost one of ours', (_database, error) => {
    const told = asStorageError(error)
    expect(told).toBeInstanceOf(DatabaseUnavailableError)
    expect(String(told)).toMatch(/the table posts is missing from the database\. .* latchkey restore FILE$/)
  })

  it('does not count either if PostgreSQL rolled back a transaction because of another, although the client may try again', () => {
    expect([isOutage(postgres('40001')), isTrouble(postgres('40001'))]).toEqual([true, false])
  })
})
