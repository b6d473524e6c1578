import { createManageKeys } from '../../flows/keys/manage-keys.ts'
import { type Backups, createBackups } from '../../flows/upkeep/backups.ts'
import { type AppParts, buildKeyRing } from '../parts.ts'
import { buildSeal } from '../seal.ts'

/** Builds the backups of a command. @param programPath see `BackupsParts` */
export function buildBackups(parts: AppParts, programPath: string | undefined): Backups {
  const { config, clock, random } = parts
  return createBackups({
    databaseUrl: config.storage.databaseUrl,
    clock,
    random,
    seal: buildSeal(parts),
    hashPolicy: config.passwords,
    keysOf(database) {
      const keyRing = buildKeyRing(parts, database)
      return { keyRing, manageKeys: createManageKeys({ database, clock, keyRing, algorithm: config.keys.algorithm }) }
    },
    programPath,
  })
}
