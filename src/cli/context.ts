import type { Administration } from '../app/commands/administration.ts'
import type { Exports } from '../app/commands/exports.ts'
import type { Imports } from '../app/commands/imports.ts'
import type { MountedPath } from '../app/described-server.ts'
import type { FirstEnvFile } from '../config/new-env-file.ts'
import type { TestMailOutcome } from '../flows/mail/test-mail.ts'
import type { SyncDjango } from '../flows/sync/sync-django.ts'
import type { Backups } from '../flows/upkeep/backups.ts'
import type { CheckedSettings } from '../flows/upkeep/checks/settings-checks.ts'
import type { Examination } from '../flows/upkeep/examine.ts'
import type { BuildOptions, BuiltFilter } from '../passwords/breached/build-filter.ts'
import type { BreachedPasswords } from '../passwords/breached/filter-file.ts'
import type { MigrationPlan } from '../storage/migration-plan.ts'
import type { Needs } from './needed-settings.ts'
import type { Terminal } from './terminal/terminal.ts'

/** Everything a command may use. `createContext` builds it; nothing is opened before a command asks for it. */
export type Context = {
  terminal: Terminal
  environment: Readonly<Record<string, string | undefined>>
  /** For the help and for `--version`. */
  version: string
  /** Epoch milliseconds. */
  now(): number
  /** From now on, reads settings from this file instead of `.env`. */
  useEnvFile(path: string): void
  /**
   * Opens the database for the duration of `work`.
   *
   * @param options.needs which settings must be valid. Default `passwords`; `keys` with the SECRET_KEY
   * @param options.needsSecretKey whether `work` needs the servers' SECRET_KEY. Default false
   * @throws Refusal if the settings or the database do not allow it
   */
  administer<T>(
    work: (administration: Administration) => Promise<T>,
    options?: { needsSecretKey?: boolean; needs?: Needs },
  ): Promise<T>
  /**
   * Creates the database if it is missing, and applies all migrations. @returns the names of the migrations applied now
   */
  migrate(): Promise<string[]>
  /** The migrations that `migrate` would apply. Changes nothing, and creates no database. @throws Refusal */
  planMigration(): Promise<MigrationPlan>
  /** Makes, checks or restores a backup, with the SECRET_KEY of the servers. @throws Refusal */
  backUp<T>(work: (backups: Backups) => Promise<T>): Promise<T>
  /** Exports accounts, or opens an export. @throws Refusal */
  exporting<T>(work: (exports: Exports) => Promise<T>): Promise<T>
  /** Imports accounts, beside servers on the same database. @throws Refusal */
  importFrom: Imports
  /** Writes accounts into a Django project, beside servers on the same database. @throws Refusal */
  syncDjango<T>(work: (sync: SyncDjango) => Promise<T>): Promise<T>
  /** Starts the server, which ends the process when it is stopped. @returns whether it has started */
  serve(options: { debugByDefault: boolean }): Promise<boolean>
  /** Sends an email with these settings at once. Needs no database. @throws Refusal if settings are invalid */
  sendTestMail(to: string): Promise<TestMailOutcome>
  /** The OpenAPI document of a server with these settings. */
  describeApi(): Promise<object>
  /** The classic paths and those of djoser of a server with these settings. */
  describeUrls(): Promise<MountedPath[]>
  /**
   * Builds a filter of breached passwords. Needs no settings.
   *
   * @throws Refusal if the corpus has the wrong form, or if another command is building the same file
   */
  buildPasswordFilter(options: Omit<BuildOptions, 'standardInput'>): Promise<BuiltFilter>
  /**
   * Opens a filter of breached passwords for the duration of `work`.
   *
   * @param path undefined: the filter of BREACHED_PASSWORDS
   * @throws Refusal if there is none, or if it cannot be used
   */
  withPasswordFilter<T>(path: string | undefined, work: (filter: BreachedPasswords) => Promise<T>): Promise<T>
  /** The first `.env` of a new server, in the working directory. */
  envFile: {
    /** Its text, with a new secret. */
    compose(): string
    /** Writes it, unless it exists. @returns its path, and whether it was written now */
    write(): FirstEnvFile
    /** Whether Git would include the file in a commit. */
    isTracked(): boolean
  }
  doctor: DoctorContext
}

/** What `doctor` examines. */
export type DoctorContext = {
  nodeVersion: string
  workingDirectory: string
  /** All faults of the settings; and the settings themselves, if a missing SECRET_KEY is the only fault. */
  readSettings(): { faults: readonly string[]; settings: CheckedSettings | undefined }
  /** Examines the database and, with a SECRET_KEY, also its keys. @throws Refusal if it cannot be opened */
  examineDatabase(): Promise<Examination>
  /** Why the mail server cannot be used; undefined if it can. */
  findMailFault(): Promise<string | undefined>
}
