import type { BreachedPasswords } from '../passwords/breached/filter-file.ts'
import type { HourlyCounts } from '../statistics/hourly-counts.ts'
import { buildMailing } from './mail.ts'
import {
  type AppParts,
  buildHashPool,
  buildHookRunner,
  buildNewPasswordCheck,
  buildPasswordCheck,
  type Core,
  configuredUsernameRule,
  loadOwnCode,
} from './parts.ts'
import { buildStatistics } from './statistics.ts'

/** What is opened before the rest can be built. */
type CoreBase = Pick<Core, 'database' | 'keyRing' | 'metrics'> & {
  counts: HourlyCounts
  /** The filter of breached passwords. Default: none */
  breached?: BreachedPasswords | undefined
}

/** Loads the deployment's own code, and builds the parts that all flows share. @throws ConfigModuleError */
export async function buildCore(
  parts: AppParts,
  { database, keyRing, metrics, counts, breached }: CoreBase,
): Promise<Core> {
  const { config, log } = parts
  const own = await loadOwnCode(parts)
  const hashPool = buildHashPool(parts, metrics.hashingRefusals.add)
  return {
    database,
    keyRing,
    hashPool,
    passwords: buildPasswordCheck(parts, hashPool),
    checkNewPassword: buildNewPasswordCheck(config, breached, (error) =>
      log.error({ err: error }, 'could not check a new password against the filter of breached passwords'),
    ),
    usernameRule: configuredUsernameRule(config),
    mailing: buildMailing(parts),
    hooks: buildHookRunner(parts, own.hooks),
    urls: own.urls,
    metrics,
    statistics: buildStatistics(parts, database, counts),
  }
}
