import { lastEventIdBefore, listEventsAfter } from '../../audit/event-search-store.ts'
import type { AuditEventName } from '../../audit/events.ts'
import type { DjangoTarget } from '../../origins/django/django-target.ts'
import type { WrittenPart } from '../../origins/django/write-user.ts'
import { findImported, type ImportedRow, rememberImported } from '../../origins/imported-row-store.ts'
import type { OriginAccount } from '../../origins/origin.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Random, randomId } from '../../platform/random.ts'
import type { Database } from '../../storage/database.ts'
import { ForeignRefusal } from '../../storage/foreign/foreign-writer.ts'
import { accountParts, fingerprintOf, partOf } from '../import/fingerprint.ts'
import {
  findSyncPosition,
  listAllToSync,
  listGoneKeys,
  listToSync,
  rememberSyncPosition,
  type SyncedAccount,
} from './sync-store.ts'
import { createSyncedGroups, type SyncedGroups, type SyncedRights } from './synced-groups.ts'
import { type SyncedFields, syncedUser } from './synced-user.ts'

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

export type SyncOptions = {
  /** The name of the origin, as for the import. */
  source: string
  /** Looks at every account, not only at those that have changed since the last time. */
  isFull: boolean
  isDryRun: boolean
  /** Whether new hashes are written for users that exist there. */
  writesPasswords: boolean
}

/** The result of a run or a dry run. */
export type SyncReport = {
  read: number
  created: number
  updated: number
  unchanged: number
  /** Deleted here, so deactivated there. */
  deactivated: number
  /** Deleted there: the next import deletes them here. */
  gone: number
  /** Users that were changed on both sides; our value wins. */
  overwritten: number
  /** What could not be written, and why. */
  problems: { key: string; says: string }[]
}

/**
 * Writes new and changed accounts into the user table of a Django project that runs beside this server. It can be
 * repeated: it writes only the parts of a user that have changed here since the last import or sync. Changes made there
 * arrive with the next import.
 *
 * @throws OriginError, ForeignDatabaseError
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
    const run = createRun(target, options, report, groups)
    if (position === undefined) await syncAll(run)
    else await syncChanged(run, position)
    if (report.created > 0 && !isDryRun) await target.finish()
    if (!isDryRun)
      await database.inTransaction((tx) => rememberSyncPosition(tx, source, Math.max(settledId, position ?? 0)))
    return report
  }

  async function syncAll(run: Run): Promise<void> {
    for (let afterId = 0; ; ) {
      const batch = await listAllToSync(database.read, afterId, BATCH)
      if (batch.length === 0) break
      await run.write(batch)
      afterId = batch.at(-1)?.account.id ?? afterId
    }
    const gone = await listGoneKeys(database.read, run.source)
    for (let start = 0; start < gone.length; start += BATCH) await run.deactivate(gone.slice(start, start + BATCH))
  }

  async function syncChanged(run: Run, position: number): Promise<void> {
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

  function createRun(target: DjangoTarget, options: SyncOptions, report: SyncReport, groups: SyncedGroups) {
    const { source, isDryRun, writesPasswords } = options
    const of = { source, kind: 'account' } as const
    const fields: SyncedFields = { ...target.fields, profileFields: Object.keys(target.mapping.profile) }

    async function write(batch: readonly SyncedAccount[]): Promise<void> {
      const wanted = batch.filter(({ account }) => target.mapping.overrides[account.uid] !== null)
      report.read += wanted.length
      const keys = wanted.map(({ account }) => account.uid)
      const there = await target.find(keys)
      const known = await findImported(database.read, of, keys)
      const rightsOf = await groups.read(wanted.map(({ account }) => account.id))
      const written: Omit<ImportedRow, 'id'>[] = []
      for (const one of wanted) {
        const { uid, id } = one.account
        const rights = (user: OriginAccount | undefined) => rightsOf?.(id, user)
        const fingerprint = await writeOne(one, rights, there.get(uid), known.get(uid))
        if (fingerprint !== undefined) written.push({ key: uid, localId: id, fingerprint })
      }
      if (!isDryRun) await database.inTransaction((tx) => rememberImported(tx, of, written))
    }

    /** @returns the state that the other system now has; undefined if nothing was written */
    async function writeOne(
      one: SyncedAccount,
      rightsOf: (there: OriginAccount | undefined) => Promise<SyncedRights> | undefined,
      there: OriginAccount | undefined,
      known: ImportedRow | undefined,
    ): Promise<string | undefined> {
      const { account } = one
      const problem = (says: string) => void report.problems.push({ key: account.uid, says })
      if (!target.fields.isKey(account.uid))
        return problem('its uid cannot be a key of that table. Set ACCOUNT_UID to match')
      if (known !== undefined && known.localId !== account.id) return problem('another account has this key')
      if (there === undefined && known !== undefined) {
        report.gone++
        return undefined
      }
      const rights = await refusable(() => rightsOf(there), problem)
      if (rights === 'refused') return undefined
      const here = syncedUser(one, rights, there, fields, randomId(random))
      if (there === undefined) {
        return (await attempt(() => target.insert(here, clock.now()), problem, 'created'))
          ? fingerprintOf(here)
          : undefined
      }
      if (known === undefined && !isSamePerson(here, there)) {
        return problem(`another user has this key there: ${there.username ?? there.email}`)
      }
      const before = known?.fingerprint ?? fingerprintOf(there)
      const [ours, theirs] = [fingerprintOf(here), fingerprintOf(there)]
      const changed = accountParts.filter((part) => {
        if (part === 'password' && !writesPasswords) return false
        const isOurs = partOf(ours, part) !== partOf(before, part) && partOf(ours, part) !== partOf(theirs, part)
        // For rights that were changed on both sides, the other system wins. A user that was never imported keeps the
        // rights there.
        return isOurs && (part !== 'rights' || (known !== undefined && partOf(theirs, part) === partOf(before, part)))
      })
      if (changed.length === 0) {
        report.unchanged++
        return known === undefined ? theirs : undefined
      }
      if (changed.some((part) => partOf(theirs, part) !== partOf(before, part))) report.overwritten++
      const isWritten = await attempt(
        () => target.update(here, new Set<WrittenPart>(changed), there, clock.now()),
        problem,
        'updated',
      )
      if (!isWritten) return undefined
      return accountParts.map((part) => partOf(changed.includes(part) ? ours : before, part)).join('.')
    }

    async function attempt(
      act: () => Promise<void>,
      problem: (says: string) => void,
      counted: 'created' | 'updated' | 'deactivated',
    ): Promise<boolean> {
      try {
        if (!isDryRun) await act()
        report[counted]++
        return true
      } catch (error) {
        if (!(error instanceof ForeignRefusal)) throw error
        problem(error.message)
        return false
      }
    }

    async function refusable<Result>(act: () => Promise<Result> | undefined, problem: (says: string) => void) {
      try {
        return await act()
      } catch (error) {
        if (!(error instanceof ForeignRefusal)) throw error
        problem(error.message)
        return 'refused' as const
      }
    }

    /**
     * Deactivates users but deletes none, because other tables refer to them. It leaves a user alone who was not
     * imported from there, even if an account here had the same key.
     */
    async function deactivate(keys: readonly string[]): Promise<void> {
      const known = await findImported(database.read, of, keys)
      for (const user of (await target.find([...known.keys()])).values()) {
        const { key, isActive } = user
        const problem = (says: string) => void report.problems.push({ key, says })
        if (!target.fields.has('is_active')) problem('it was deleted here, and there is no column to deactivate it')
        else if (isActive) {
          const parts = new Set<WrittenPart>(['state'])
          await attempt(
            () => target.update({ ...user, isActive: false }, parts, user, clock.now()),
            problem,
            'deactivated',
          )
        }
      }
    }

    return { source, write, deactivate }
  }

  type Run = ReturnType<typeof createRun>
}

/**
 * Whether a user there and an account here are the same person, although nothing was imported: they share a name or an
 * address.
 */
function isSamePerson(here: OriginAccount, there: OriginAccount): boolean {
  const isSame = (one: string | undefined, other: string | undefined) =>
    one !== undefined && one !== '' && one.toLowerCase() === other?.toLowerCase()
  return isSame(here.username, there.username) || isSame(here.email, there.email)
}
