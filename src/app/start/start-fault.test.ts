import { describe, expect, it } from 'vitest'
import { MailTemplateError } from '../../mail/message/composer.ts'
import { DatabaseUnavailableError, MissingTablesError } from '../../storage/database-trouble.ts'
import { NewerSchemaError } from '../../storage/migrate.ts'
import { PostgresUrlError } from '../../storage/postgres/url.ts'
import { UnfitDatabaseError } from '../../storage/requirements.ts'
import { StartError } from './start-error.ts'
import { type StartAttempt, startFault } from './start-fault.ts'

const attempt: StartAttempt = { host: '127.0.0.1', port: 8000, databaseUrl: 'postgres://app:pw-3@db.test/app' }
const onSqlite: StartAttempt = { ...attempt, databaseUrl: 'sqlite:data/latchkey.sqlite3' }

const failure = (message: string, facts: object) => Object.assign(new Error(message), facts)
const listening = (code: string) => failure(`listen ${code}`, { code, syscall: 'listen' })
const connecting = (code: string) => failure(`connect ${code} 10.0.0.7:5432`, { code, syscall: 'connect' })
const sqlite = (errcode: number) => failure('what SQLite says', { code: 'ERR_SQLITE_ERROR', errcode })
const onListen = (cause: unknown) => new StartError('listen', cause)
const onOpen = (cause: unknown) => new StartError('database', cause)
const unreached = (cause: unknown) => onOpen(new DatabaseUnavailableError(cause))

describe('why a server could not start', () => {
  it.each<[string, Error, StartAttempt, RegExp]>([
    [
      'its port is taken',
      onListen(listening('EADDRINUSE')),
      attempt,
      /^port 8000 of 127\.0\.0\.1 is in use\. .*PORT\.$/,
    ],
    [
      'its host is not on this machine',
      onListen(listening('EADDRNOTAVAIL')),
      attempt,
      /not an address of this machine\. .*HOST/,
    ],
    [
      'its port is not allowed for this user',
      onListen(listening('EACCES')),
      attempt,
      /may not listen on port 8000\. .*1024/,
    ],
    ['its host has no address', onListen(failure('getaddrinfo', { code: 'ENOTFOUND' })), attempt, /Correct HOST\.$/],
    [
      'its socket cannot be created',
      onListen(listening('EACCES')),
      { ...attempt, host: 'unix:/run/x' },
      /the folder of the socket exists and that this user may write to it/,
    ],
    [
      'PostgreSQL does not run',
      unreached(connecting('ECONNREFUSED')),
      attempt,
      /10\.0\.0\.7:5432\. Check that PostgreSQL is running/,
    ],
    [
      'it answers at no address',
      unreached(new AggregateError([connecting('ECONNREFUSED')])),
      attempt,
      /Check that PostgreSQL is/,
    ],
    [
      'it answers too late',
      unreached(new Error('timeout exceeded when trying to connect')),
      attempt,
      /Check that PostgreSQL is/,
    ],
    [
      'the password is wrong',
      unreached(failure('authentication failed', { code: '28P01' })),
      attempt,
      /password in DATABASE_URL/,
    ],
    ['there is no such database', unreached(failure('no "app"', { code: '3D000' })), attempt, /Create the database/],
    [
      'a private authority has signed the certificate',
      unreached(failure('self-signed certificate in certificate chain', { code: 'SELF_SIGNED_CERT_IN_CHAIN' })),
      attempt,
      /sslrootcert=/,
    ],
    [
      'the certificate is of another host',
      unreached(failure('altnames', { code: 'ERR_TLS_CERT_ALTNAME_INVALID' })),
      attempt,
      /host name from the certificate/,
    ],
    [
      'PostgreSQL has no TLS',
      unreached(new Error('The server does not support SSL connections')),
      attempt,
      /Turn on TLS in PostgreSQL/,
    ],
    [
      'the file of the certificate is missing',
      onOpen(new PostgresUrlError('names a file that cannot be read: sslrootcert (ENOENT). Correct the path')),
      attempt,
      /^DATABASE_URL names a file .*Correct the path\.$/,
    ],
    [
      'the database cannot store every character',
      onOpen(new UnfitDatabaseError('the database app stores text as LATIN1. Create a new one')),
      attempt,
      /LATIN1\. Create a new one\.$/,
    ],
    [
      'a newer version has used the database',
      onOpen(new NewerSchemaError(99)),
      onSqlite,
      /^the database has schema 99.*before the upgrade\.$/,
    ],
    [
      'a table is missing',
      onOpen(new MissingTablesError(['posts', 'groups'])),
      onSqlite,
      /^the tables posts, groups are missing .*latchkey restore FILE\.$/,
    ],
    [
      'a template is wrong',
      new MailTemplateError(['login.txt has no subject']),
      onSqlite,
      /login\.txt has no subject\.$/,
    ],
    [
      'a template is wrong, in a sentence',
      new MailTemplateError(['login.txt has no subject. Add one.']),
      onSqlite,
      /subject\. Add one\.$/,
    ],
    [
      'the file is locked',
      onOpen(sqlite(5)),
      onSqlite,
      /^the database cannot be opened: what SQLite says\. Another program/,
    ],
    ['the file may not be written', onOpen(sqlite(8)), onSqlite, /Give this user permission to write/],
    [
      'the file may not be written, in detail',
      unreached(sqlite(8 + 256 * 3)),
      onSqlite,
      /Give this user permission to write/,
    ],
    ['the disk is full', unreached(sqlite(13)), onSqlite, /The disk is full\. Free some space\.$/],
    ['the file is something else', onOpen(sqlite(26)), onSqlite, /not a SQLite database\. Change DATABASE_URL\.$/],
    [
      'its folder cannot be created',
      onOpen(failure('EACCES: mkdir', { code: 'EACCES', syscall: 'mkdir' })),
      onSqlite,
      /write there/,
    ],
  ])('is reported with the cure: %s', (_why, error, what, sentence) => {
    const fault = startFault(error, what)
    expect(fault).toMatch(sentence)
    expect(fault).not.toContain('pw-3')
  })

  it.each([
    new TypeError('undefined is not a function'),
    onOpen(sqlite(1)),
    onOpen(failure('syntax error', { code: '42601' })),
    // Thrown by a deployment's own module, which has a database of its own.
    connecting('ECONNREFUSED'),
    listening('EADDRINUSE'),
    'text',
  ])('is not guessed: %s', (error) => {
    expect(startFault(error, attempt)).toBeUndefined()
    expect(startFault(error, onSqlite)).toBeUndefined()
  })
})
