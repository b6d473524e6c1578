import { setTimeout as pause } from 'node:timers/promises'
import { recordEvent } from '../../audit/audit-store.ts'
import type { AuditOrigin } from '../../audit/events.ts'
import { type ForeignSystem, noRecords } from '../../foreign-systems/foreign-system.ts'
import { findImported } from '../../foreign-systems/imported-row-store.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Random } from '../../platform/random.ts'
import type { Database } from '../../storage/database.ts'
import { auditOriginOf, commandLine } from '../rights/actor.ts'
import { applyDecisions } from './apply-decisions.ts'
import { type CheckedSystem, createCheckSystem } from './check-system.ts'
import type { ImportOptions } from './choices.ts'
import { createDecide, type DecisionRules } from './decide.ts'
import type { ImportFactors } from './import-factors.ts'
import { applyGroups } from './import-groups.ts'
import type { ImportKeys } from './import-keys.ts'
import { type ImportReport, undecided } from './import-report.ts'
import { importSpentTokens } from './import-spent-tokens.ts'
import { missingAccounts, removeAccounts } from './missing-accounts.ts'
import { randomSeed } from './seen-keys.ts'
import type { UpdateParts } from './update-account.ts'

/** How many accounts one transaction stores: few enough that a server on SQLite waits for some ten milliseconds. */
const BATCH = 1_000
/** How long others may write between two batches, in milliseconds. */
const BREATH_MS = 2
/** From this many deletions on, somebody has to agree: as a number and as a share of all. */
const MANY = { count: 20, share: 0.1 }

/** An import that was not begun because something would be lost, or a dry run. The report says more. */
export type ImportOutcome = {
  kind: 'refused' | 'dry_run' | 'imported'
  report: ImportReport
  reason?: 'undecided' | 'deletions'
}

type ImportParts = DecisionRules & {
  database: Database
  clock: Clock
  random: Random
  /** Imports the posts of the sample application; undefined: they are off. */
  posts: ImportPosts | undefined
  /** Imports keys; undefined: no path here accepts keys. */
  keys: ImportKeys | undefined
  factors: ImportFactors
}

/** Imports posts, or counts what would happen. */
export type ImportPosts = (
  system: ForeignSystem,
  options: { source: string; isDryRun: boolean; localIdOf: (keys: readonly string[]) => Promise<Map<string, number>> },
) => Promise<ImportReport['posts']>

/**
 * Imports accounts and what belongs to them. It looks at everything first and refuses to begin if something would be
 * lost; then it writes in small transactions, while servers run. It can be repeated: see `updateAccount`.
 */
type ImportSystem = (system: ForeignSystem, options: ImportOptions) => Promise<ImportOutcome>

export function createImportSystem(parts: ImportParts): ImportSystem {
  const { database, clock, random, posts, usernameRule, phoneRegion, hashPolicy, loginWith } = parts
  const rules: DecisionRules = { usernameRule, phoneRegion, hashPolicy, loginWith }
  const check = createCheckSystem({ database, clock, random, ...rules })
  const auditOrigin: AuditOrigin = auditOriginOf(commandLine)

  /** Deletes accounts that are gone in the other system. @returns how many */
  async function deleteMissing({ source }: ImportOptions, { latestId, present }: CheckedSystem, now: number) {
    let deleted = 0
    for await (const rows of missingAccounts(database.read, source, latestId, present)) {
      if (rows.length === 0) continue
      deleted += await database.inLongTransaction((tx) => removeAccounts(tx, rows, auditOrigin, now))
    }
    return deleted
  }

  /** Creates and changes the accounts that the check has not settled, a few at a time. */
  async function writeAccounts(
    system: ForeignSystem,
    options: ImportOptions,
    { report, settled, open, total, isFirst }: CheckedSystem,
    groupIds: UpdateParts['groupIds'],
    now: number,
  ): Promise<void> {
    const { source, unusablePasswords, onProgress } = options
    const decide = createDecide({ ...options, ...rules, isFirst, leaving: new Set(), seed: randomSeed(random) })
    const update = { usernameRule, phoneRegion, unusablePasswords, groupIds, origin: auditOrigin }
    let position = 0
    let left = open
    for await (const batch of left > 0 ? system.accounts() : noRecords()) {
      const wanted = batch.filter((_, nth) => !settled.has(position + nth))
      position += batch.length
      for (const part of slices(wanted)) {
        const { decisions } = await decide(database.read, part, now)
        await database.inLongTransaction((tx) => applyDecisions(tx, source, decisions, update, report, now))
        await pause(BREATH_MS)
      }
      onProgress('import', position, total)
      left -= wanted.length
      if (left <= 0) break
    }
  }

  /** @returns how many */
  async function writeSpentTokens(system: ForeignSystem, { source }: ImportOptions, now: number): Promise<number> {
    let count = 0
    for await (const tokens of system.spentTokens(now)) {
      for (const part of slices(tokens)) {
        await database.inLongTransaction((tx) => importSpentTokens(tx, source, part, auditOrigin, now))
        count += part.length
      }
    }
    return count
  }

  async function write(system: ForeignSystem, options: ImportOptions, checked: CheckedSystem): Promise<void> {
    const now = clock.now()
    const { report } = checked
    Object.assign(report.accounts, { created: 0, updated: 0, linked: 0, deleted: 0 })
    const { source } = options
    const groupIds = await database.inLongTransaction((tx) => applyGroups(tx, source, checked.plans, auditOrigin, now))
    // Before the others, so that their names are free.
    report.accounts.deleted = await deleteMissing(options, checked, now)
    await writeAccounts(system, options, checked, groupIds, now)
    report.spentTokens = await writeSpentTokens(system, options, now)
    const { created, updated, deleted } = report.accounts
    const facts = { accountId: undefined, source, created, updated, deleted, origin: auditOrigin }
    await database.inLongTransaction((tx) => recordEvent(tx, now, 'import.finished', facts))
  }

  /** Imports what belongs to the accounts, or counts what would happen: posts, keys and second factors. */
  async function importBelongings(
    system: ForeignSystem,
    { source, isDryRun }: ImportOptions,
    report: ImportReport,
  ): Promise<void> {
    const options = {
      source,
      isDryRun,
      async localIdOf(keys: readonly string[]) {
        const found = await findImported(database.read, { source, kind: 'account' }, keys)
        return new Map([...found].map(([key, { localId }]) => [key, localId]))
      },
    }
    if (posts !== undefined) report.posts = await posts(system, options)
    if (parts.keys !== undefined) report.keys = await parts.keys(system, options)
    else if (await hasKeys(system)) {
      const says = 'not imported, because no path here accepts keys. Set DJOSER=true to import them'
      report.notes = [...report.notes, { subject: 'keys', says }]
    }
    report.factors = await parts.factors(system, options)
  }

  return async (system, options) => {
    const checked = await check(system, options)
    const { report, former } = checked
    const { deleted } = report.accounts
    // If no accounts are left, this is probably another database, or one that is not filled yet.
    const isEverybody = deleted > 1 && deleted >= former
    const isMany = (isEverybody || (deleted > MANY.count && deleted > former * MANY.share)) && !options.mayDeleteMany
    const reason = undecided(report).length > 0 ? 'undecided' : isMany ? 'deletions' : undefined
    if (options.isDryRun) await importBelongings(system, options, report)
    if (reason !== undefined) return { kind: 'refused', report, reason }
    if (options.isDryRun) return { kind: 'dry_run', report }
    await write(system, options, checked)
    await importBelongings(system, options, report)
    return { kind: 'imported', report }
  }
}

async function hasKeys({ keys }: ForeignSystem): Promise<boolean> {
  for await (const rows of keys?.() ?? []) if (rows.length > 0) return true
  return false
}

function* slices<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += BATCH) yield items.slice(start, start + BATCH)
}
