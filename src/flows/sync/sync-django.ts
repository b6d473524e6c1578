import { lastEventIdBefore, listEventsAfter } from '../../audit/event-search-store.ts'
import type { AuditEventName } from '../../audit/events.ts'
import type { DjangoTarget } from '../../foreign-systems/django/django-target.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Random } from '../../platform/random.ts'
import type { Database } from '../../storage/database.ts'
import { createSyncRun, type SyncOptions, type SyncReport, type SyncRun } from './sync-run.ts'
import { findSyncPosition, listAllToSync, listGoneKeys, listToSync, rememberSyncPosition } from './sync-store.ts'
import { createSyncedGroups } from './synced-groups.ts'

/** How many accounts are looked up there at a time. */
const BATCH = 200

/** How long after an event another one with a smaller id may still be committed. */
const SETTLED_MS = 60_000

/** The events after which an account may differ from the user there. A login does not change a user. */
const changing: readonly AuditEventName[] = [
  'account.registered',
  'account.created',
  'account.changed',
  'account.activated',
  'account.deactivated',
  'account.deleted',
  'account.rights_changed',
  'account.permissions_changed',
  'group.member_added',
  'group.member_removed',
  'password.changed',
  'password.reset',
  'password.removed',
  'email.verified',
  'email.changed',
]

/**
 * Writes new and changed accounts into the user table of a Django project that runs beside this server. It can be
 * repeated: it writes only the parts of a user that have changed here since the last import or sync. Changes made there
 * arrive with the next import.
 *
 * @throws ForeignSystemError, ForeignDatabaseError
 */
export type SyncDjango = (target: DjangoTarget, options: SyncOptions) => Promise<SyncReport>

export function createSyncDjango(parts: { database: Database; clock: Clock; random: Random }): SyncDjango {
  const { database, clock, random } = parts

  return async (target, options) => {
    const { source, isDryRun } = options
    const startedAt = clock.now()
    const settledId = await lastEventIdBefore(database.read, startedAt - SETTLED_MS)
    const position = options.isFull ? undefined : await findSyncPosition(database.read, source)
    const report: SyncReport = {
      ...{ read: 0, created: 0, updated: 0, unchanged: 0, deactivated: 0, gone: 0, overwritten: 0 },
      problems: [],
    }
    const groups = await createSyncedGroups(database, target, options)
    const run = createSyncRun({ database, clock, random, target, options, report, groups })
    if (position === undefined) await syncAll(run, source)
    else await syncChanged(run, position)
    if (report.created > 0 && !isDryRun) await target.finish()
    if (!isDryRun)
      await database.inTransaction((tx) => rememberSyncPosition(tx, source, Math.max(settledId, position ?? 0)))
    return report
  }

  async function syncAll(run: SyncRun, source: string): Promise<void> {
    for (let afterId = 0; ; ) {
      const batch = await listAllToSync(database.read, afterId, BATCH)
      if (batch.length === 0) break
      await run.write(batch)
      afterId = batch.at(-1)?.account.id ?? afterId
    }
    const gone = await listGoneKeys(database.read, source)
    for (let start = 0; start < gone.length; start += BATCH) await run.deactivate(gone.slice(start, start + BATCH))
  }

  async function syncChanged(run: SyncRun, position: number): Promise<void> {
    for (let afterId = position; ; ) {
      const events = await listEventsAfter(database.read, { names: changing, afterId, limit: BATCH })
      if (events.length === 0) return
      const ids = new Set(events.flatMap(({ accountId }) => accountId ?? []))
      await run.write(await listToSync(database.read, [...ids]))
      const deleted = events.filter(({ event }) => event === 'account.deleted')
      await run.deactivate(deleted.map(({ accountId, facts }) => String(facts.uid ?? accountId)))
      afterId = events.at(-1)?.id ?? afterId
    }
  }
}
