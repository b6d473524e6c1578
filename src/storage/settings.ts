import { type Static, Type } from 'typebox'
import { duration, onOff, readLine, SettingFault, setting, settingGroup } from '../platform/setting.ts'
import { urlsOfHosts } from './postgres/hosts.ts'
import { PostgresUrlError, readPostgresTls } from './postgres/url.ts'

export const storageSettings = settingGroup('Storage', {
  databaseUrl: setting(
    Type.String({ minLength: 1 }),
    'DATABASE_URL',
    {
      default: 'sqlite:data/latchkey.sqlite3',
      isSecret: true,
      description:
        'The database: `sqlite:PATH`, a file that Latchkey creates if it is missing, or ' +
        '`postgres://user:password@host:port/name`. A URL may name several PostgreSQL servers, `host1:port,host2:port`. ' +
        'Latchkey uses the one that accepts changes.',
    },
    (text) => readDatabaseUrl(readLine(text)),
  ),
  databaseWaitMs: duration('DATABASE_WAIT', {
    default: '1m',
    longest: '1h',
    description:
      'How long the server waits at its start for PostgreSQL to become available, before it exits. `0s` does not wait.',
  }),
  statementTimeoutMs: duration('DATABASE_STATEMENT_TIMEOUT', {
    default: '10s',
    shortest: '100ms',
    longest: '1h',
    description:
      'How long one PostgreSQL statement may take. A transaction may take twice as long. A request that exceeds the limit ' +
      'gets 503. Migrations and backups have no limit.',
  }),
  preparesStatements: onOff('DATABASE_PREPARED_STATEMENTS', {
    default: 'true',
    description:
      'Whether PostgreSQL connections keep prepared statements, which is faster. Set `false` behind a transaction pooler ' +
      'that does not support them, such as PgBouncer before 1.21. If you leave it on there, the server detects it and ' +
      'turns it off.',
  }),
})

export type StorageSettings = Static<typeof storageSettings>

const cure = 'Write sqlite:PATH (such as sqlite:data/latchkey.sqlite3) or postgres://user:password@host:5432/name.'

/** The messages never repeat the URL: it may contain a password. */
function readDatabaseUrl(text: string): string {
  if (text.startsWith('sqlite:')) return readSqliteUrl(text)
  if (/^postgres(ql)?:\/\//.test(text)) {
    const urls = urlsOfHosts(text)
    if (urls.every((url) => URL.canParse(url))) {
      for (const url of urls) checkPostgresUrl(url)
      return text
    }
    throw new SettingFault(`cannot be read as a URL: @ / : # and % in the password must be percent-encoded. ${cure}`)
  }
  throw new SettingFault(`is not the URL of a SQLite file or a PostgreSQL database. ${cure}`)
}

function checkPostgresUrl(text: string): void {
  try {
    readPostgresTls(text)
  } catch (error) {
    if (error instanceof PostgresUrlError) throw new SettingFault(`${error.message}.`)
    throw error
  }
}

function readSqliteUrl(text: string): string {
  const path = text.slice('sqlite:'.length)
  // Some tools read sqlite:///x as a relative path, others as an absolute one. A wrong guess would silently create a
  // new, empty database.
  if (path.startsWith('//')) {
    throw new SettingFault(
      'has two slashes after sqlite:, which programs read in different ways. Write sqlite:relative/path or sqlite:/absolute/path.',
    )
  }
  if (path.trim() === '' || path.endsWith('/')) throw new SettingFault(`names no file. ${cure}`)
  if (path === ':memory:') {
    throw new SettingFault(
      'would keep the accounts only in memory, separately for each connection. Write the path of a file.',
    )
  }
  if (path.includes('?'))
    throw new SettingFault('has parameters, which SQLite files do not support. Write only the path.')
  return text
}
