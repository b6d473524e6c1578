import { describe, expect, it } from 'vitest'
import { MailTemplateError } from '../mail/composer.ts'
import { NewerSchemaError } from '../storage/migrate.ts'
import { type StartAttempt, startFault } from './start-fault.ts'

const attempt: StartAttempt = { host: '127.0.0.1', port: 8000, databaseUrl: 'postgres://app:pw-3@db.test/app' }
const onSqlite: StartAttempt = { ...attempt, databaseUrl: 'sqlite:data/latchkey.sqlite3' }

const failure = (message: string, facts: object) => Object.assign(new Error(message), facts)
const listening = (code: string) => failure(`listen ${code}`, { code, syscall: 'listen' })
const connecting = (code: string) => failure(`connect ${code} 10.0.0.7:5432`, { code, syscall: 'connect' })
const sqlite = (errcode: number) => failure('what SQLite says', { code: 'ERR_SQLITE_ERROR', errcode })

describe('why a server could not start', () => {
  it.each<[string, Error, StartAttempt, RegExp]>([
    ['its port is taken', listening('EADDRINUSE'), attempt, /^port 8000 of 127\.0\.0\.1 is in use\. .*change PORT\.$/],
    ['its host is elsewhere', listening('EADDRNOTAVAIL'), attempt, /not an address of this machine\. .*HOST\.$/],
    [
      'its port is not for this user',
      listening('EACCES'),
      attempt,
      /may not listen on port 8000\. .*1024 or higher\.$/,
    ],
    [
      'PostgreSQL does not run',
      connecting('ECONNREFUSED'),
      attempt,
      /10\.0\.0\.7:5432\. Check that PostgreSQL is running/,
    ],
    ['it answers at no address', new AggregateError([connecting('ECONNREFUSED')]), attempt, /Check that PostgreSQL is/],
    ['it answers too late', new Error('timeout exceeded when trying to connect'), attempt, /Check that PostgreSQL is/],
    ['the password is wrong', failure('authentication failed', { code: '28P01' }), attempt, /password in DATABASE_URL/],
    ['there is no such database', failure('no "app"', { code: '3D000' }), attempt, /Create it, or correct its name/],
    [
      'a newer version was here',
      new NewerSchemaError(99),
      onSqlite,
      /^the database is at schema 99.*before the upgrade\.$/,
    ],
    [
      'a template is wrong',
      new MailTemplateError(['login.txt has no subject']),
      onSqlite,
      /login\.txt has no subject\.$/,
    ],
    ['the file is locked', sqlite(5), onSqlite, /^the database cannot be opened: what SQLite says\. Another program/],
    ['the file may not be written', sqlite(8), onSqlite, /Give this user permission to write/],
    ['the file may not be written, in detail', sqlite(8 + 256 * 3), onSqlite, /Give this user permission to write/],
    ['the disk is full', sqlite(13), onSqlite, /The disk is full\. Free some space\.$/],
    ['the file is something else', sqlite(26), onSqlite, /not a SQLite database\. Change DATABASE_URL\.$/],
    [
      'its folder cannot be made',
      failure('EACCES: mkdir', { code: 'EACCES', syscall: 'mkdir' }),
      onSqlite,
      /write there/,
    ],
  ])('is told with what to do: %s', (_why, error, what, sentence) => {
    const fault = startFault(error, what)
    expect(fault).toMatch(sentence)
    expect(fault).not.toContain('pw-3')
  })

  it.each([
    new TypeError('undefined is not a function'),
    sqlite(1),
    failure('syntax error', { code: '42601' }),
    'text',
  ])('is not guessed at: %s', (error) => {
    expect(startFault(error, attempt)).toBeUndefined()
    expect(startFault(error, onSqlite)).toBeUndefined()
  })
})
