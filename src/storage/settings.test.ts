import { expect, it } from 'vitest'
import { storageSettings } from './settings.ts'

const { read } = storageSettings.properties.databaseUrl.setting

it.each([
  'sqlite:data/latchkey.sqlite3',
  'sqlite:/var/lib/latchkey/db.sqlite3',
  'sqlite:C:\\data\\latchkey.sqlite3',
  'postgres://latchkey:s%40cret@db.internal:5432/latchkey?sslmode=require',
  'postgresql:///latchkey?host=/run/postgresql',
  'postgres://latchkey:s@db.test/latchkey?sslmode=verify-full&sslrootcert=system',
  'postgres://latchkey:s@db.test/latchkey?sslmode=verify-ca&sslrootcert=/etc/ssl/authority.pem',
  // The form in which a well-known host writes it.
  'postgres://latchkey:s@db.test/latchkey?sslmode=require&channel_binding=require',
])('DATABASE_URL may be %s', (url) => expect(read(url)).toBe(url))

it.each([
  ['mysql://root:hunter2@db/latchkey', 'is not the URL of a SQLite file or a PostgreSQL database'],
  ['postgres://root:hunter2@db/latchkey?sslmode=prefer', 'Write sslmode=verify-full'],
  ['postgres://root:hunter2@db/latchkey?sslmode=allow', 'protects nothing'],
  ['postgres://root:hunter2@db/latchkey?sslmode=Require', 'does not exist'],
  ['postgres://root:hunter2@db/latchkey?sslmod=require', '"sslmod", which Latchkey does not know'],
  ['postgres://root:hunter2@db/latchkey?schema=auth', '"schema", which Latchkey does not know'],
  ['postgres://root:hunter2@db/latchkey?sslmode=disable&sslmode=require', 'the parameter sslmode twice'],
  ['postgres://root:hunter2@db/latchkey?sslmode=verify-ca', 'without sslrootcert'],
  ['postgres://root:hunter2@db/latchkey?sslcert=/a.pem', 'only one of sslcert and sslkey'],
  ['postgres://root:hunter2%@db/latchkey', 'Write %25 for it'],
  ['data/latchkey.sqlite3', 'is not the URL'],
  ['postgres:hunter2', 'is not the URL'],
  ['postgres://latchkey:hunter2/x@db:port/latchkey', 'cannot be read as a URL'],
  ['sqlite:', 'names no file'],
  ['sqlite:data/', 'names no file'],
  ['sqlite:///data/latchkey.sqlite3', 'Write sqlite:relative/path or sqlite:/absolute/path.'],
  ['sqlite::memory:', 'only in memory'],
  ['sqlite:data/latchkey.sqlite3?mode=ro', 'has parameters'],
  ['sqlite:data/latch\0key', 'control character'],
])('DATABASE_URL may not be %j, and the fault does not show it', (url, fault) => {
  expect(() => read(url)).toThrow(fault)
  expect(() => read(url)).not.toThrow('hunter2')
})
