import { Readable } from 'node:stream'
import { recordEvent } from '../../audit/audit-store.ts'
import { factorTypes } from '../../mfa/factor.ts'
import { countAccountsWithFactors } from '../../mfa/factor-export-store.ts'
import { secretFactorTypes } from '../../mfa/portable-factor.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Random } from '../../platform/random.ts'
import type { Seal } from '../../platform/seal.ts'
import { BackupError } from '../../storage/backup/backup-error.ts'
import { writeExport } from '../../storage/backup/sealed-export.ts'
import type { Database } from '../../storage/database.ts'
import type { Queryable } from '../../storage/prepared.ts'
import { auditOriginOf, commandLine } from '../rights/actor.ts'
import { type FixtureOptions, fixturesOf } from './django-fixture.ts'
import { exportRecords, type ListPosts } from './export-records.ts'
import { jsonLineOf } from './json-lines.ts'

/** What to export, and where to write it. */
export type ExportOptions = {
  path: string
  /** Undefined: Latchkey's own JSON lines. */
  django: FixtureOptions | undefined
  /** Undefined: the file is not encrypted. */
  passphrase: string | undefined
  /** Whether to include second factors and trusted devices. A fixture for Django never has them. */
  hasFactors: boolean
}

/** `leftOut`: how many accounts have second factors that the file does not contain. */
export type ExportCounts = { accounts: number; records: number; factors: number; leftOut: number }

type ExportParts = {
  clock: Clock
  random: Random
  seal: Seal
  /** Whether there is a SECRET_KEY, under which secrets of factors are encrypted. */
  hasSecretKey: boolean
  listPosts: ListPosts
}

/**
 * Writes everything that another system needs, in one consistent snapshot, while servers run. Records that it did.
 *
 * @throws BackupError, for example if the file would contain unencrypted secrets of second factors
 */
type ExportAccounts = (database: Database, options: ExportOptions) => Promise<ExportCounts>

export function createExportAccounts({ clock, random, seal, hasSecretKey, listPosts }: ExportParts): ExportAccounts {
  /** Anyone who has the secret of an authenticator app can prove the factor. */
  async function requireSafe(db: Queryable, { passphrase }: ExportOptions): Promise<void> {
    const count = await countAccountsWithFactors(db, secretFactorTypes)
    if (count === 0) return
    const choice = 'or leave all second factors out with --without-factors'
    if (passphrase === undefined) {
      throw new BackupError(
        `Accounts with an authenticator app: ${count}. The file would contain the secrets of these apps. ` +
          `Add --encrypt, ${choice}. Nothing was written`,
      )
    }
    if (!hasSecretKey) {
      throw new BackupError(
        `Accounts with an authenticator app: ${count}. Their secrets are encrypted under SECRET_KEY. ` +
          `Set SECRET_KEY, with the value that the server has, ${choice}. Nothing was written`,
      )
    }
  }

  async function writeFile(db: Queryable, options: ExportOptions, now: number): Promise<ExportCounts> {
    const { path, django, passphrase } = options
    const hasFactors = options.hasFactors && django === undefined
    if (hasFactors) await requireSafe(db, options)
    const leftOut = hasFactors ? 0 : await countAccountsWithFactors(db, factorTypes)
    const counts = { accounts: 0, records: 0, factors: 0, leftOut }
    async function* lines(): AsyncIterable<string> {
      if (django !== undefined) yield '['
      let separator = '\n'
      for await (const record of exportRecords(db, listPosts, hasFactors, now)) {
        if (record.kind === 'account') counts.accounts++
        if (record.kind === 'factor') counts.factors++
        counts.records++
        if (django === undefined) yield `${jsonLineOf(record, seal)}\n`
        for (const fixture of django === undefined ? [] : fixturesOf(record, django)) {
          yield `${separator}${JSON.stringify(fixture)}`
          separator = ',\n'
        }
      }
      if (django !== undefined) yield '\n]\n'
    }
    const sealing = passphrase === undefined ? undefined : { passphrase, drawn: random.bytes(28) }
    await writeExport(path, Readable.from(lines()), sealing)
    return counts
  }

  return async (database, options) => {
    const now = clock.now()
    const counts = await database.inSnapshot((db) => writeFile(db, options, now))
    const made = { accountId: undefined, accounts: counts.accounts }
    await database.inTransaction((tx) =>
      recordEvent(tx, now, 'export.written', { ...made, origin: auditOriginOf(commandLine) }),
    )
    return counts
  }
}
