import { createChangeAll } from '../flows/accounts/bulk/change-all.ts'
import { createChangeEach } from '../flows/accounts/bulk/change-each.ts'
import { createChangeMany } from '../flows/accounts/bulk/change-many.ts'
import { createStartLongRun } from '../flows/rights/long-runs.ts'
import { createEndMatching, createEndStep } from '../flows/sessions/end-matching.ts'
import type { AccountFlows } from './account-flows.ts'
import type { AppParts, Core } from './parts.ts'

/** Builds the flows that change many accounts or sessions at once: a list, or all that match a filter. */
export function buildBulkChanges(
  { config, clock }: AppParts,
  { database }: Pick<Core, 'database'>,
  flows: Pick<
    AccountFlows,
    'changeBatch' | 'accountAdministration' | 'groupAdministration' | 'endSessions' | 'listSessions'
  >,
) {
  const { changeBatch, accountAdministration: accounts, groupAdministration: groups, endSessions, listSessions } = flows
  const changeEach = createChangeEach({ database, changeBatch })
  const changeMany = createChangeMany({ database, changeEach, accounts, groups })
  const stopping = new AbortController()
  const running = new Set<Promise<void>>()
  const settings = config.sessions
  const startLongRun = createStartLongRun({ database, clock, stopping: stopping.signal, running, settings })
  const endStep = createEndStep({ listSessions, endSessions })
  return {
    changeMany,
    changeAll: createChangeAll({ database, changeEach, accounts, groups, startLongRun }),
    endStep,
    endMatching: createEndMatching({ endStep, startLongRun }),
    runs: {
      /** A change of many accounts may take minutes. The server does not wait for it when it stops. */
      stop: async () => stopping.abort(),
      /** Once all clients are gone, each run makes at most one more step. */
      ended: async () => void (await Promise.all(running)),
    },
  }
}
