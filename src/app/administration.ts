import { findUsernameRule } from '../accounts/username-rule-store.ts'
import { watchingEvents } from '../audit/committed-events.ts'
import { ConfigError } from '../config/config-error.ts'
import { createManageAccounts, type ManageAccounts } from '../flows/accounts/manage-accounts.ts'
import { createManageKeys, type ListedKey, listKeysWithState, type ManageKeys } from '../flows/keys/manage-keys.ts'
import { createManageSessions, type ManageSessions } from '../flows/sessions/manage-sessions.ts'
import { type Examination, examine } from '../flows/upkeep/examine.ts'
import { pruneExpired } from '../flows/upkeep/prune.ts'
import { queueEventsForWebhooks } from '../flows/webhooks/queue-events.ts'
import { openMigratedDatabase } from '../storage/migrated-database.ts'
import { buildMailing } from './mail.ts'
import {
  type AppParts,
  buildKeyRing,
  buildNewPasswordCheck,
  buildPasswordCheck,
  configuredUsernameRule,
  openPasswordFilter,
} from './parts.ts'

/** What commands do to a database, beside the servers that run on it. */
export type Administration = {
  accounts: ManageAccounts
  sessions: ManageSessions
  /** Takes the SECRET_KEY of the servers. */
  keys(): ManageKeys
  listKeys(): Promise<ListedKey[]>
  /** Deletes sessions that can mean nothing any more. @returns how many */
  pruneExpired(): Promise<number>
  /** Looks at the database, and with a SECRET_KEY at the keys in it. */
  examine(): Promise<Examination>
  /** Whether white space around passwords is dropped. */
  trimPasswords: boolean
  close(): Promise<void>
}

/**
 * What commands work with, beside the servers that run on the database. Which names are one name is the database's own
 * rule, whatever the configuration says here.
 *
 * @throws UnreadyDatabaseError
 */
export async function openAdministration(parts: AppParts): Promise<Administration> {
  const { config, clock } = parts
  const breached = await openPasswordFilter(config)
  const database = watchingEvents(await openMigratedDatabase(config.storage.databaseUrl), {
    awaited: queueEventsForWebhooks,
    committed: () => {},
  })
  const usernameRule = (await findUsernameRule(database.read)) ?? configuredUsernameRule(config)
  const { notices } = buildMailing(parts)
  const manageKeys = (): ManageKeys =>
    createManageKeys({ database, clock, keyRing: buildKeyRing(parts, database), algorithm: config.keys.algorithm })
  return {
    accounts: createManageAccounts({
      database,
      clock,
      notices,
      usernameRule,
      passwords: buildPasswordCheck(parts),
      // Whoever gives a command can put the filter right.
      checkNewPassword: buildNewPasswordCheck(config, breached, (error) => {
        const told = error instanceof Error ? error.message : String(error)
        throw new ConfigError([`BREACHED_PASSWORDS: ${config.passwords.breachedPasswords} ${told}`])
      }),
    }),
    sessions: createManageSessions({ database, clock, settings: config.sessions }),
    keys: manageKeys,
    listKeys: () => listKeysWithState(database, clock.now()),
    pruneExpired: () => pruneExpired(database, clock.now()),
    examine: () => examine({ database, usernameRule, keys: config.keys.secretKey === '' ? undefined : manageKeys() }),
    trimPasswords: config.passwords.trimPasswords,
    async close() {
      await database.close()
      await breached?.close()
    },
  }
}
