import type { DjangoTarget } from '../../foreign-systems/django/django-target.ts'
import type { WrittenPart } from '../../foreign-systems/django/write-user.ts'
import type { ForeignAccount } from '../../foreign-systems/foreign-system.ts'
import { findImported, type ImportedRow, rememberImported } from '../../foreign-systems/imported-row-store.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Random, randomId } from '../../platform/random.ts'
import type { Database } from '../../storage/database.ts'
import { ForeignRefusal } from '../../storage/foreign/foreign-writer.ts'
import { accountParts, fingerprintOf, partOf } from '../import/fingerprint.ts'
import type { SyncedAccount } from './sync-store.ts'
import type { SyncedGroups, SyncedRights } from './synced-groups.ts'
import { type SyncedFields, syncedUser } from './synced-user.ts'

export type SyncOptions = {
  /** The name of the other system, as for the import. */
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

/** One run of a sync: it writes accounts in batches. */
export type SyncRun = {
  /** Writes the accounts that differ from the users there. */
  write(batch: readonly SyncedAccount[]): Promise<void>
  /**
   * Deactivates users but deletes none, because other tables refer to them. It leaves a user alone who was not
   * imported from there, even if an account here had the same key.
   */
  deactivate(keys: readonly string[]): Promise<void>
}

type SyncRunParts = {
  database: Database
  clock: Clock
  random: Random
  target: DjangoTarget
  options: SyncOptions
  report: SyncReport
  groups: SyncedGroups
}

/** Builds a run, which counts what it does in `report`. */
export function createSyncRun({ database, clock, random, target, options, report, groups }: SyncRunParts): SyncRun {
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
      const rights = (user: ForeignAccount | undefined) => rightsOf?.(id, user)
      const fingerprint = await writeOne(one, rights, there.get(uid), known.get(uid))
      if (fingerprint !== undefined) written.push({ key: uid, localId: id, fingerprint })
    }
    if (!isDryRun) await database.inTransaction((tx) => rememberImported(tx, of, written))
  }

  /** @returns the state that the other system now has; undefined if nothing was written */
  async function writeOne(
    one: SyncedAccount,
    rightsOf: (there: ForeignAccount | undefined) => Promise<SyncedRights> | undefined,
    there: ForeignAccount | undefined,
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
    const states: States = {
      before: known?.fingerprint ?? fingerprintOf(there),
      ours: fingerprintOf(here),
      theirs: fingerprintOf(there),
    }
    const changed = partsToWrite(states, { wasImported: known !== undefined, writesPasswords })
    if (changed.length === 0) {
      report.unchanged++
      return known === undefined ? states.theirs : undefined
    }
    if (changed.some((part) => partOf(states.theirs, part) !== partOf(states.before, part))) report.overwritten++
    const isWritten = await attempt(
      () => target.update(here, new Set<WrittenPart>(changed), there, clock.now()),
      problem,
      'updated',
    )
    if (!isWritten) return undefined
    return accountParts.map((part) => partOf(changed.includes(part) ? states.ours : states.before, part)).join('.')
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

  return { write, deactivate }
}

/** The fingerprints of an account: when it was last imported or written, here now, and there now. */
type States = { before: string; ours: string; theirs: string }

/**
 * The parts that have changed here and differ there. For rights that were changed on both sides, the other system wins. A
 * user that was never imported keeps the rights there.
 */
function partsToWrite(
  { before, ours, theirs }: States,
  { wasImported, writesPasswords }: { wasImported: boolean; writesPasswords: boolean },
): (typeof accountParts)[number][] {
  return accountParts.filter((part) => {
    if (part === 'password' && !writesPasswords) return false
    const [was, here, there] = [partOf(before, part), partOf(ours, part), partOf(theirs, part)]
    if (here === was || here === there) return false
    return part !== 'rights' || (wasImported && there === was)
  })
}

/**
 * Whether a user there and an account here are the same person, although nothing was imported: they share a name or an
 * address.
 */
function isSamePerson(here: ForeignAccount, there: ForeignAccount): boolean {
  const isSame = (one: string | undefined, other: string | undefined) =>
    one !== undefined && one !== '' && one.toLowerCase() === other?.toLowerCase()
  return isSame(here.username, there.username) || isSame(here.email, there.email)
}
