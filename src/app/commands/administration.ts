import { findUsernameRule } from '../../accounts/names/username-rule-store.ts'
import { ConfigError } from '../../config/config-error.ts'
import type { AccountAdministration } from '../../flows/accounts/account-administration.ts'
import { createManageKeys, type ListedKey, listKeysWithState, type ManageKeys } from '../../flows/keys/manage-keys.ts'
import { createFactorAdministration, type FactorAdministration } from '../../flows/mfa/factor-administration.ts'
import type { GroupAdministration } from '../../flows/rights/groups.ts'
import type { EndSessions } from '../../flows/sessions/end-sessions.ts'
import type { ListSessions } from '../../flows/sessions/list-sessions.ts'
import { type Examination, examine } from '../../flows/upkeep/examine.ts'
import { pruneExpired } from '../../flows/upkeep/prune.ts'
import type { NewPasswordCheck } from '../../passwords/new-password-check.ts'
import { messageOf } from '../../platform/is-error.ts'
import { checkSqlite } from '../../storage/backup/sqlite-copy.ts'
import { buildAccountFlows } from '../flows/account-flows.ts'
import { buildMailing } from '../mail.ts'
import {
  type AppParts,
  buildKeyRing,
  buildNewPasswordCheck,
  buildPasswordCheck,
  configuredUsernameRule,
  openPasswordFilter,
} from '../parts.ts'
import { openBesideServers } from './watched-database.ts'

/** The operations of commands on a database, beside the servers that run on it. */
export type Administration = {
  accounts: AccountAdministration
  groups: GroupAdministration
  /** The faults of a new password. */
  checkPassword: NewPasswordCheck
  endSessions: EndSessions
  listSessions: ListSessions
  /** Needs the servers' SECRET_KEY. */
  keys(): ManageKeys
  listKeys(): Promise<ListedKey[]>
  /** Deletes sessions that are no longer needed. @returns how many */
  pruneExpired(): Promise<number>
  /** Second factors of accounts. */
  factors: FactorAdministration
  /** Examines the database and, with a SECRET_KEY, also its keys. */
  examine(): Promise<Examination>
  /** Whether to remove white space around passwords. */
  trimPasswords: boolean
  close(): Promise<void>
}

/**
 * Builds the parts that commands need, beside the servers on the same database. The rule stored in the database decides
 * which usernames are the same, whatever the configuration says here.
 *
 * @throws UnreadyDatabaseError
 */
export async function openAdministration(parts: AppParts): Promise<Administration> {
  const { config, clock } = parts
  // Most commands take no new password, so an unreadable filter must not stop them.
  let filterFault: unknown
  const breached = await openPasswordFilter(config).catch((error: unknown) => {
    filterFault = error
    return undefined
  })
  const tellFilterFault = (error: unknown): never => {
    const reason = messageOf(error)
    throw new ConfigError([`BREACHED_PASSWORDS: ${config.passwords.breachedPasswords} ${reason}`])
  }
  const database = await openBesideServers(config)
  const usernameRule = (await findUsernameRule(database.read)) ?? configuredUsernameRule(config)
  // The person who runs the command can fix the filter.
  const checkReadable = buildNewPasswordCheck(config, breached, tellFilterFault)
  const checkPassword: typeof checkReadable = (...asked) =>
    filterFault === undefined ? checkReadable(...asked) : tellFilterFault(filterFault)
  const passwords = buildPasswordCheck(parts)
  const mailing = buildMailing(parts)
  const flows = buildAccountFlows(parts, {
    database,
    passwords,
    checkNewPassword: checkPassword,
    usernameRule,
    mailing,
  })
  const manageKeys = (): ManageKeys =>
    createManageKeys({ database, clock, keyRing: buildKeyRing(parts, database), algorithm: config.keys.algorithm })
  return {
    accounts: flows.accountAdministration,
    groups: flows.groupAdministration,
    factors: createFactorAdministration({
      database,
      clock,
      random: parts.random,
      passwords,
      notices: mailing.notices,
      outbox: mailing.outbox,
      settings: config.mfa,
    }),
    checkPassword,
    endSessions: flows.endSessions,
    listSessions: flows.listSessions,
    keys: manageKeys,
    listKeys: () => listKeysWithState(database, clock.now()),
    pruneExpired: () => pruneExpired(database, clock.now()),
    examine: () =>
      examine({
        database,
        now: clock.now(),
        usernameRule,
        keys: config.keys.secretKey === '' ? undefined : manageKeys(),
        hashPolicy: config.passwords,
        checkFile() {
          const { databaseUrl } = config.storage
          if (databaseUrl.startsWith('sqlite:')) checkSqlite(databaseUrl.slice('sqlite:'.length))
        },
      }),
    trimPasswords: config.passwords.trimPasswords,
    async close() {
      await database.close()
      await breached?.close()
    },
  }
}
