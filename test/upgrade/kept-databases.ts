import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import pg from 'pg'
import { databases, type TestDatabase } from '../support/databases.ts'

/** What is known about a kept database: see `scripts/keep-database.ts`. */
type KeptFacts = {
  /** When it was last used, in epoch milliseconds. */
  madeAt: number
  secretKey: string
  /** The password of all accounts. */
  password: string
  /** A member of the group Editors with one post. `spent` is the token that was exchanged for `refresh`. */
  alice: { id: number; access: string; refresh: string; spent: string }
  /** He has blacklisted this token. */
  bob: { refresh: string }
  /** Settings that the database was made with. The first development version had neither these nor the following. */
  settings?: Record<string, string>
  /** She has an authenticator app with this secret, in base32. */
  carol?: { secret: string; recoveryCode: string }
  /** His key of djoser. */
  dave?: { key: string }
  /** His tokens of the server that was replaced. `refresh` was exchanged for `carriedOver`. */
  erik?: { id: number; access: string; refresh: string; carriedOver: string }
}

/** A database as an earlier version left it. Each `create` makes a copy. */
type KeptDatabase = TestDatabase & { version: string; facts: KeptFacts }

const folder = join(import.meta.dirname, 'kept')

/** All kept databases, of both kinds. */
export const keptDatabases: readonly KeptDatabase[] = readdirSync(folder).flatMap((version) =>
  databases.map((database) => keptDatabase(database, version)),
)

function keptDatabase(database: TestDatabase, version: string): KeptDatabase {
  const of = (file: string) => join(folder, version, file)
  const isSqlite = database.name === 'SQLite'
  const facts = JSON.parse(readFileSync(of(isSqlite ? 'sqlite.json' : 'postgres.json'), 'utf8')) as KeptFacts
  return {
    version,
    facts,
    name: database.name,
    async create() {
      const place = await database.create()
      if (isSqlite) fillFile(place.url.slice('sqlite:'.length), of('database.sqlite3.gz'))
      else await fillDatabase(place.url, of('database.sql'))
      return place
    },
  }
}

function fillFile(path: string, kept: string): void {
  if (existsSync(path)) throw new Error(`${path} exists already`)
  writeFileSync(path, gunzipSync(readFileSync(kept)))
}

async function fillDatabase(url: string, dump: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(readFileSync(dump, 'utf8'))
  } finally {
    await client.end()
  }
}
