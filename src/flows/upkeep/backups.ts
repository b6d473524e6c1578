import { createReadStream, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { KeyRing } from '../../keys/key-ring.ts'
import type { HashPolicy } from '../../passwords/password-hash.ts'
import type { Clock } from '../../platform/clock.ts'
import { messageOf } from '../../platform/is-error.ts'
import type { Random } from '../../platform/random.ts'
import type { Seal } from '../../platform/seal.ts'
import { BackupError } from '../../storage/backup/backup-error.ts'
import { type BackupHeader, readBackup, writeBackup } from '../../storage/backup/backup-file.ts'
import { checkPostgresDump, dumpPostgres, restorePostgres } from '../../storage/backup/postgres-dump.ts'
import { requireRestorable } from '../../storage/backup/postgres-target.ts'
import { requireRows } from '../../storage/backup/restored-rows.ts'
import { inScratchDatabase } from '../../storage/backup/scratch-database.ts'
import { checkSqlite, copySqlite, replaceSqlite } from '../../storage/backup/sqlite-copy.ts'
import { noteVerifiedBackup } from '../../storage/backup/verified-backup-store.ts'
import { type Database, openDatabase } from '../../storage/database.ts'
import { migrate } from '../../storage/migrate.ts'
import { openMigratedDatabase } from '../../storage/migrated-database.ts'
import type { ManageKeys } from '../keys/manage-keys.ts'
import { checkRestored, type RestoredCheck, RestoredFault } from './check-restored.ts'

/** The content of a backup. */
export type BackupContent = { createdAt: number; accounts: number; sessions: number }

/** The same, and the results of the checks of the restored database. */
type VerifiedBackup = BackupContent & RestoredCheck

/** Makes and restores backups: one file each, encrypted under SECRET_KEY. */
export type Backups = {
  /** Makes a backup. Servers may keep running. @throws BackupError */
  create(path: string): Promise<void>
  /**
   * Restores a backup to a temporary place, counts its content, and makes it sign a token and verify password hashes.
   * Records in the database that it is good.
   *
   * @param scratch PostgreSQL: the URL of an empty database to restore it to. Default: one is created, and dropped
   *   again
   * @throws BackupError
   */
  verify(path: string, scratch?: string): Promise<VerifiedBackup>
  /**
   * Restores a backup over the database. No server may use it.
   *
   * @returns the content of the backup, and where the previous SQLite database is now
   * @throws BackupError
   */
  restore(path: string): Promise<BackupContent & { former: string | undefined }>
}

/** The content of a restored file. `rows`: the rows of each table; only a dump is counted like that. */
type CountedFile = { accounts: number; sessions: number; rows?: ReadonlyMap<string, number> }

type BackupsParts = {
  databaseUrl: string
  clock: Clock
  random: Random
  seal: Seal
  hashPolicy: HashPolicy
  /** The signing keys of a restored database. They are not loaded yet. */
  keysOf(database: Database): { keyRing: KeyRing; manageKeys: ManageKeys }
  /** Where PostgreSQL's programs are: a PATH. Default: the places where systems have them. */
  programPath: string | undefined
}

export function createBackups(parts: BackupsParts): Backups {
  const { databaseUrl, clock, random, seal, hashPolicy, keysOf } = parts
  const programs = { path: parts.programPath }
  const sqlitePath = databaseUrl.startsWith('sqlite:') ? databaseUrl.slice('sqlite:'.length) : undefined

  /**
   * A folder that exists while `work` runs, on the disk of the database if that is a file, because a file can be
   * renamed only there.
   */
  async function inScratch<T>(beside: string, work: (folder: string) => Promise<T>): Promise<T> {
    const folder = makeFolder(() => mkdtempSync(join(dirname(resolve(beside)), '.latchkey-restore-')), beside)
    try {
      return await work(folder)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }

  function requireKind({ kind }: BackupHeader): void {
    if ((kind === 'sqlite') === (sqlitePath !== undefined)) return
    throw new BackupError(`this is a backup of ${kind}, and DATABASE_URL names another kind of database`)
  }

  /** Reads all of a restored file, and counts what it contains. */
  async function count(file: string, { kind }: BackupHeader): Promise<CountedFile> {
    return kind === 'sqlite' ? checkSqlite(file) : checkPostgresDump(file, programs)
  }

  /**
   * Brings a restored database to the schema of this version, and checks that it works with these settings.
   *
   * @throws BackupError
   */
  async function requireUsable(url: string): Promise<RestoredCheck> {
    const database = openDatabase(url)
    try {
      await migrate(database, clock.now())
      const { keyRing, manageKeys } = keysOf(database)
      const problem = await manageKeys.findProblem()
      if (problem !== undefined)
        throw new BackupError(`its signing keys cannot be used with this SECRET_KEY (${problem.kind})`)
      return await checkRestored(database.read, { keyRing, hashPolicy }, clock.now())
    } catch (error) {
      throw error instanceof RestoredFault ? new BackupError(error.message, error) : error
    } finally {
      await database.close()
    }
  }

  /** Restores a dump to a scratch database, and checks that every row has arrived. */
  async function tryDump(
    file: string,
    dumped: ReadonlyMap<string, number>,
    scratch: string | undefined,
  ): Promise<RestoredCheck> {
    const name = `latchkey_verify_${random.bytes(8).toString('hex')}`
    return inScratchDatabase(databaseUrl, { name, given: scratch }, async (url) => {
      await restorePostgres(file, url, programs)
      await requireRows(url, dumped)
      return requireUsable(url)
    })
  }

  /** Refuses to back up another program's database, or an empty one. @throws UnreadyDatabaseError */
  async function requireMigrated(): Promise<void> {
    await (await openMigratedDatabase(databaseUrl)).close()
  }

  return {
    async create(path) {
      if (existsSync(path)) throw new BackupError(`${path} exists already. Choose another name`)
      // Only its owner may look into it, because the names and dates of backups concern nobody else.
      makeFolder(() => mkdirSync(dirname(resolve(path)), { recursive: true, mode: 0o700 }), path)
      const common = {
        path,
        createdAt: clock.now(),
        secret: random.bytes(44),
        id: random.bytes(12).toString('base64url'),
        seal,
      }
      if (sqlitePath === undefined) {
        await requireMigrated()
        return writeBackup({ ...common, kind: 'postgres', content: dumpPostgres(databaseUrl, programs) })
      }
      await inScratch(path, async (folder) => {
        const copy = join(folder, 'copy')
        await copySqlite(sqlitePath, copy)
        checkSqlite(copy)
        await writeBackup({ ...common, kind: 'sqlite', content: createReadStream(copy) })
      })
    },
    verify: (path, scratch) =>
      inScratch(path, async (folder) => {
        const file = join(folder, 'restored')
        const header = await readBackup(path, file, seal)
        requireKind(header)
        const { accounts, sessions, rows } = await count(file, header)
        const checked = rows === undefined ? await requireUsable(`sqlite:${file}`) : await tryDump(file, rows, scratch)
        const database = await openMigratedDatabase(databaseUrl)
        await noteVerifiedBackup(database, header.created_at).finally(() => database.close())
        return { createdAt: header.created_at, accounts, sessions, ...checked }
      }),
    restore: (path) =>
      inScratch(sqlitePath ?? path, async (folder) => {
        const file = join(folder, 'restored')
        const header = await readBackup(path, file, seal)
        requireKind(header)
        const { accounts, sessions } = await count(file, header)
        if (header.kind === 'sqlite') await requireUsable(`sqlite:${file}`)
        const content = { createdAt: header.created_at, accounts, sessions }
        if (sqlitePath === undefined) {
          await requireRestorable(databaseUrl)
          await restorePostgres(file, databaseUrl, programs)
          return { ...content, former: undefined }
        }
        return { ...content, former: replaceSqlite(file, sqlitePath, clock.now()) }
      }),
  }
}

/** @throws BackupError that says what to do, if the folder of `path` is not writable */
function makeFolder<T>(make: () => T, path: string): T {
  try {
    return make()
  } catch (error) {
    const folder = dirname(resolve(path))
    const reason = messageOf(error)
    throw new BackupError(`${folder} must be a folder that this user may write to (${reason})`, error)
  }
}
