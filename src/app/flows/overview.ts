import type { ManageKeys } from '../../flows/keys/manage-keys.ts'
import { createListAttention, type ListAttention } from '../../flows/upkeep/attention.ts'
import { settingsChecks } from '../../flows/upkeep/checks/settings-checks.ts'
import { limitsInForce } from '../../rate-limits/held-back.ts'
import type { AppParts, Core } from '../parts.ts'

/** The data on the first page of the administration. */
export function buildOverview({ config, clock }: AppParts, { database }: Core, keys: ManageKeys) {
  // Without DEBUG there is no server without a SECRET_KEY.
  const checks = settingsChecks({ ...config, isSecretKeySet: !config.debug })
  const listAttention: ListAttention = createListAttention({ database, clock, keys, settings: config.keys, checks })
  return { listAttention, limitsInForce: limitsInForce(config.rateLimits) }
}
