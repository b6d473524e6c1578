import { createApplyToAll } from '../../flows/bulk/apply-to-all.ts'
import { createApplyToList } from '../../flows/bulk/apply-to-list.ts'
import { createApplyToPage } from '../../flows/bulk/apply-to-page.ts'
import { createEndMatching, createEndStep } from '../../flows/bulk/end-matching-sessions.ts'
import { createStartLongRun } from '../../flows/bulk/long-runs.ts'
import type { AppParts, Core } from '../parts.ts'
import type { AccountFlows } from './account-flows.ts'

/** Builds the flows that change many accounts or sessions at once: a list, or all that match a filter. */
export function buildBulkChanges(
  { config, clock }: AppParts,
  { database }: Pick<Core, 'database'>,
  flows: Pick<
    AccountFlows,
    'applyToBatch' | 'accountAdministration' | 'groupAdministration' | 'endSessions' | 'listSessions'
  >,
) {
  const {
    applyToBatch,
    accountAdministration: accounts,
    groupAdministration: groups,
    endSessions,
    listSessions,
  } = flows
  const applyToList = createApplyToList({ database, applyToBatch })
  const applyToPage = createApplyToPage({ database, applyToList, accounts, groups })
  const stopping = new AbortController()
  const running = new Set<Promise<void>>()
  const settings = config.sessions
  const startLongRun = createStartLongRun({ database, clock, stopping: stopping.signal, running, settings })
  const endStep = createEndStep({ listSessions, endSessions })
  return {
    applyToPage,
    applyToAll: createApplyToAll({ database, applyToList, accounts, groups, startLongRun }),
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
