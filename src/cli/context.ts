import type { Administration } from '../app/administration.ts'
import type { Examination } from '../flows/upkeep/examine.ts'
import type { BuildOptions, BuiltFilter } from '../passwords/breached/build-filter.ts'
import type { BreachedPasswords } from '../passwords/breached/filter-file.ts'
import type { CheckedSettings } from './checks/settings-checks.ts'
import type { Terminal } from './terminal.ts'

/** Everything a command may use. `cli/main.ts` makes it; nothing is opened before a command asks for it. */
export type Context = {
  terminal: Terminal
  environment: Readonly<Record<string, string | undefined>>
  /** For the help and `--version`. */
  version: string
  /** Epoch milliseconds. */
  now(): number
  /**
   * Opens the database for as long as `work` takes.
   *
   * @param options.needsSecretKey whether `work` takes the SECRET_KEY of the servers. Default false
   * @throws Refusal if the settings or the database do not allow it
   */
  administer<T>(
    work: (administration: Administration) => Promise<T>,
    options?: { needsSecretKey?: boolean },
  ): Promise<T>
  /** Brings the database to this version, made if it is missing. @returns the names of the steps applied now */
  migrate(): Promise<string[]>
  /** Starts the server, which then ends the process when it is asked to. @returns whether it has started */
  serve(options: { debugByDefault: boolean }): Promise<boolean>
  /** The OpenAPI document of a server with these settings. */
  describeApi(): Promise<object>
  /**
   * Builds a filter of breached passwords, with no settings at all.
   *
   * @throws Refusal if the corpus is not of the form that is expected, or if somebody else is building the same file
   */
  buildPasswordFilter(options: Omit<BuildOptions, 'standardInput'>): Promise<BuiltFilter>
  /**
   * Opens a filter of breached passwords for as long as `work` takes.
   *
   * @param path undefined: the one of BREACHED_PASSWORDS
   * @throws Refusal if there is none, or if it cannot be used
   */
  withPasswordFilter<T>(path: string | undefined, work: (filter: BreachedPasswords) => Promise<T>): Promise<T>
  /** The `.env` of the working directory that a new server starts from. */
  envFile: {
    /** Its text, with a new secret. */
    compose(): string
    /** Writes it, unless there is one. @returns its path, and whether it was written now */
    write(): { path: string; isNew: boolean }
  }
  doctor: DoctorContext
}

/** What `doctor` looks at. */
export type DoctorContext = {
  nodeVersion: string
  workingDirectory: string
  /** All that is wrong with the settings; and the settings, if they are in order but for a SECRET_KEY that is missing. */
  readSettings(): { faults: readonly string[]; settings: CheckedSettings | undefined }
  /** Looks at the database, and with a SECRET_KEY at the keys in it. @throws Refusal if it cannot be opened */
  examineDatabase(): Promise<Examination>
}
