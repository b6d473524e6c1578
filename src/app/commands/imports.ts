import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findUsernameRule } from '../../accounts/names/username-rule-store.ts'
import type { ImportOptions } from '../../flows/import/choices.ts'
import { createImportFactors } from '../../flows/import/import-factors.ts'
import { createImportKeys, type ImportKeys } from '../../flows/import/import-keys.ts'
import { createImportSystem, type ImportOutcome } from '../../flows/import/import-system.ts'
import { createImportPosts } from '../../flows/posts/import-posts.ts'
import { auditOriginOf, commandLine } from '../../flows/rights/actor.ts'
import { indexPart } from '../../flows/upkeep/index-accounts.ts'
import type { ForeignSystem } from '../../foreign-systems/foreign-system.ts'
import type { Database } from '../../storage/database.ts'
import { isDatabaseMissing, openMigratedDatabase } from '../../storage/migrated-database.ts'
import { type AppParts, configuredUsernameRule } from '../parts.ts'
import { buildSeal } from '../seal.ts'
import { prepareDatabase } from '../start/prepare-database.ts'
import { queueingEvents } from './watched-database.ts'

/** Imports accounts from other systems, beside the servers on the same database. */
export type Imports = (system: ForeignSystem, options: ImportOptions) => Promise<ImportOutcome>

/** Builds the importer. A dry run changes nothing; a real import prepares the database as a server does. */
export function createImports(parts: AppParts): Imports {
  const { config, clock, random } = parts
  return async (system, options) => {
    const { database, close } = await openTarget(parts, options.isDryRun)
    try {
      const watched = queueingEvents(database)
      const usernameRule = (await findUsernameRule(database.read)) ?? configuredUsernameRule(config)
      const importSystem = createImportSystem({
        database: watched,
        clock,
        random,
        usernameRule,
        phoneRegion: config.accounts.defaultPhoneRegion,
        hashPolicy: config.passwords,
        loginWith: config.accounts.loginWith,
        posts: createImportPosts({ database }),
        factors: createImportFactors(
          { database: watched, clock, seal: buildSeal(parts), hasSecretKey: config.keys.secretKey !== '' },
          auditOriginOf(commandLine),
        ),
        keys: config.djoser.isOn && config.djoser.hasKeys ? importKeys(parts, watched) : undefined,
      })
      const outcome = await importSystem(system, options)
      // Otherwise, the search would find the new accounts only after housekeeping, up to a minute later.
      if (outcome.kind === 'imported') await indexPart(database)
      return outcome
    } finally {
      await close()
    }
  }
}

function importKeys({ config, clock, random }: AppParts, database: Database): ImportKeys {
  const { sessionLifetimeMs } = config.sessions
  return createImportKeys(
    {
      database,
      clock,
      seal: buildSeal({ config, random }),
      settings: { keepsKeys: !config.tokens.isStrict, sessionLifetimeMs },
    },
    auditOriginOf(commandLine),
  )
}

type Target = { database: Database; close(): Promise<void> }

/** A dry run creates nothing: if there is no database, it compares with an empty one that is thrown away. */
async function openTarget(parts: AppParts, isDryRun: boolean): Promise<Target> {
  const { databaseUrl } = parts.config.storage
  if (!isDryRun) {
    const { database } = await prepareDatabase(parts)
    return { database, close: database.close }
  }
  if (!isDatabaseMissing(databaseUrl)) {
    const database = await openMigratedDatabase(databaseUrl)
    return { database, close: database.close }
  }
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-dry-run-'))
  const scratch = {
    ...parts.config,
    storage: { ...parts.config.storage, databaseUrl: `sqlite:${join(folder, 'empty')}` },
  }
  const { database } = await prepareDatabase({ ...parts, config: scratch })
  return {
    database,
    async close() {
      await database.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
