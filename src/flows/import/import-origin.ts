import { setTimeout as pause } from 'node:timers/promises'
import { isEmpty } from '../../accounts/account-import-store.ts'
import { recordEvent } from '../../audit/audit-store.ts'
import type { AuditOrigin } from '../../audit/events.ts'
import { findImported, measureImported } from '../../origins/imported-row-store.ts'
import { noRecords, type Origin } from '../../origins/origin.ts'
import { storedForm } from '../../passwords/formats/stored-form.ts'
import { readHash } from '../../passwords/password-hash.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Random } from '../../platform/random.ts'
import type { Database } from '../../storage/database.ts'
import { auditOriginOf, commandLine } from '../rights/actor.ts'
import { applyDecisions } from './apply-decisions.ts'
import type { ConflictKind } from './choices.ts'
import { algorithmOf, createDecide, type DecideParts, type Decision, isUnusable, takesPermission } from './decide.ts'
import type { ImportFactors } from './import-factors.ts'
import { applyGroups, planGroups } from './import-groups.ts'
import type { ImportKeys } from './import-keys.ts'
import { addConflicts, count, emptyReport, type ImportReport, undecided } from './import-report.ts'
import { importSpentTokens } from './import-spent-tokens.ts'
import { missingAccounts, removeAccounts } from './missing-accounts.ts'
import { createRowMarks } from './row-marks.ts'

/** How many accounts one transaction stores: few enough that a server on SQLite waits for some ten milliseconds. */
const BATCH = 1_000
/** How long others may write between two batches, in milliseconds. */
const BREATH_MS = 2
/** From this many deletions on, somebody has to agree: as a number and as a share of all. */
const MANY = { count: 20, share: 0.1 }

/** Conflicts about something that another account has. */
const TAKEN: ReadonlySet<ConflictKind> = new Set(['same_name', 'same_email', 'same_phone', 'taken_id'])
/** At most this many deleted accounts are looked at; if more are deleted, their names count as taken. */
const MOST_LEAVING = 100_000

export type ImportOptions = Pick<DecideParts, 'source' | 'choices' | 'unusablePasswords'> & {
  isDryRun: boolean
  /** Whether it may delete many accounts that no longer exist in the other system. */
  mayDeleteMany: boolean
  /** Called after each batch of accounts. @param phase `check` comes first, then `import` */
  onProgress(phase: 'check' | 'import', done: number, total: number | undefined): void
}

/** An import that was not begun because something would be lost, or a dry run. The report says more. */
export type ImportOutcome = {
  kind: 'refused' | 'dry_run' | 'imported'
  report: ImportReport
  reason?: 'undecided' | 'deletions'
}

type ImportParts = Pick<DecideParts, 'usernameRule' | 'phoneRegion' | 'hashPolicy' | 'loginWith'> & {
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
  origin: Origin,
  options: { source: string; isDryRun: boolean; localIdOf: (keys: readonly string[]) => Promise<Map<string, number>> },
) => Promise<ImportReport['posts']>

/**
 * Imports accounts and what belongs to them. It looks at everything first and refuses to begin if something would be
 * lost; then it writes in small transactions, while servers run. It can be repeated: see `updateAccount`.
 */
type ImportOrigin = (origin: Origin, options: ImportOptions) => Promise<ImportOutcome>

export function createImportOrigin(parts: ImportParts): ImportOrigin {
  const { database, clock, random, posts, usernameRule, phoneRegion, hashPolicy, loginWith } = parts
  const auditOrigin: AuditOrigin = auditOriginOf(commandLine)

  const seed = () => random.bytes(4).readInt32LE(0)

  /**
   * Looks at everything. If a name belongs to an account that is about to be deleted, it looks again without that
   * account.
   */
  async function check(origin: Origin, options: ImportOptions) {
    const checked = await checkWithout(origin, options, new Set())
    const { report, leaving } = checked
    const isInTheWay = leaving.size > 0 && [...report.conflicts.keys()].some((kind) => TAKEN.has(kind))
    return isInTheWay && leaving.size <= MOST_LEAVING ? checkWithout(origin, options, leaving) : checked
  }

  async function checkWithout(origin: Origin, options: ImportOptions, without: ReadonlySet<number>) {
    const { source, choices, isDryRun, onProgress } = options
    const now = clock.now()
    const takes = (name: string) => takesPermission(name, choices)
    const report = emptyReport(isDryRun, origin.notes)
    const { groups, unfit } = fitGroups(await origin.groups(), takes)
    const { plans, conflicts } = await planGroups(database.read, source, groups, choices)
    addConflicts(report, conflicts)
    report.groups = plans.filter(({ localId }) => localId !== null).length
    const unfitChoice = choices.unfit_permission
    addConflicts(
      report,
      unfit.map((name) => ({ kind: 'unfit_permission', key: name, says: name, choice: unfitChoice })),
    )
    const { latestId, count: former } = await measureImported(database.read, { source, kind: 'account' })
    const present = createRowMarks()
    // By position: accounts that need no work.
    const settled = createRowMarks()
    let open = 0
    const isFirst = former === 0 && (await isEmpty(database.read))
    const rules = { ...options, usernameRule, phoneRegion, hashPolicy, loginWith }
    const decide = createDecide({ ...rules, isFirst, leaving: without, seed: seed() })
    const total = await origin.countAccounts()
    const unfitSeen = new Set(unfit)
    for await (const batch of origin.accounts()) {
      for (const { permissions } of batch) {
        for (const name of permissions) {
          if (takes(name) || unfitSeen.has(name)) continue
          unfitSeen.add(name)
          addConflicts(report, [{ kind: 'unfit_permission', key: name, says: name, choice: unfitChoice }])
        }
      }
      const { decisions, conflicts: met } = await decide(database.read, batch, now)
      addConflicts(report, met)
      for (const decision of decisions) {
        const { kind, account } = decision
        // An account that was skipped because of a conflict still takes its name from later ones, as it did here.
        if (kind === 'unchanged' || account.skipped !== undefined) settled.mark(report.accounts.read)
        else open++
        tally(report, decision)
        if ('known' in decision && decision.known !== undefined && kind !== 'skip') present.mark(decision.known.id)
      }
      onProgress('check', report.accounts.read, total)
    }
    const leaving = new Set<number>()
    for await (const rows of missingAccounts(database.read, source, latestId, present)) {
      report.accounts.deleted += rows.length
      for (const { localId } of leaving.size <= MOST_LEAVING ? rows : []) leaving.add(localId)
    }
    for await (const tokens of origin.spentTokens(now)) report.spentTokens += tokens.length
    return { report, plans, present, settled, open, latestId, former, total, isFirst, leaving }
  }

  function tally(report: ImportReport, decision: Decision): void {
    const { accounts, hashes } = report
    const { account, kind } = decision
    accounts.read++
    if (kind === 'create') accounts.created++
    if (kind === 'link') accounts.linked++
    if (kind === 'update') accounts.updated++
    if (kind === 'unchanged') accounts.unchanged++
    if (kind === 'skip') count(accounts.skipped, decision.why)
    if (!account.isActive) accounts.inactive++
    if (account.isSuperuser) accounts.superusers++
    if (account.username === undefined) accounts.named++
    const { passwordHash } = account
    const algorithm = passwordHash === undefined ? 'none' : algorithmOf(passwordHash)
    const isVerifiable =
      passwordHash === undefined ||
      isUnusable(passwordHash) ||
      readHash(storedForm(passwordHash), hashPolicy) !== undefined
    const counted = hashes.get(algorithm) ?? { count: 0, isVerifiable: true }
    hashes.set(algorithm, { count: counted.count + 1, isVerifiable: counted.isVerifiable && isVerifiable })
  }

  async function write(
    origin: Origin,
    options: ImportOptions,
    { report, plans, present, settled, open, latestId, total, isFirst }: Awaited<ReturnType<typeof check>>,
  ): Promise<void> {
    const { source, unusablePasswords, onProgress } = options
    const now = clock.now()
    const { accounts } = report
    Object.assign(accounts, { created: 0, updated: 0, linked: 0, deleted: 0 })
    const groupIds = await database.inLongTransaction((tx) => applyGroups(tx, source, plans, auditOrigin, now))
    // First, so that their names are free for others.
    for await (const rows of missingAccounts(database.read, source, latestId, present)) {
      if (rows.length === 0) continue
      accounts.deleted += await database.inLongTransaction((tx) => removeAccounts(tx, rows, auditOrigin, now))
    }
    const rules = { ...options, usernameRule, phoneRegion, hashPolicy, loginWith }
    const decide = createDecide({ ...rules, isFirst, leaving: new Set(), seed: seed() })
    const update = { usernameRule, phoneRegion, unusablePasswords, groupIds, origin: auditOrigin }
    let position = 0
    let left = open
    for await (const batch of left > 0 ? origin.accounts() : noRecords()) {
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
    report.spentTokens = 0
    for await (const tokens of origin.spentTokens(now)) {
      for (const part of slices(tokens)) {
        await database.inLongTransaction((tx) => importSpentTokens(tx, source, part, auditOrigin, now))
        report.spentTokens += part.length
      }
    }
    await database.inLongTransaction((tx) =>
      recordEvent(tx, now, 'import.finished', {
        accountId: undefined,
        source,
        created: accounts.created,
        updated: accounts.updated,
        deleted: accounts.deleted,
        origin: auditOrigin,
      }),
    )
  }

  function postOptions({ source, isDryRun }: ImportOptions) {
    return {
      source,
      isDryRun,
      async localIdOf(keys: readonly string[]) {
        const found = await findImported(database.read, { source, kind: 'account' }, keys)
        return new Map([...found].map(([key, { localId }]) => [key, localId]))
      },
    }
  }

  async function importKeys(origin: Origin, options: ImportOptions, report: ImportReport): Promise<void> {
    if (parts.keys !== undefined) report.keys = await parts.keys(origin, postOptions(options))
    else if (await hasKeys(origin)) {
      const says = 'not imported, because no path here accepts keys. Set DJOSER=true to import them'
      report.notes = [...report.notes, { subject: 'keys', says }]
    }
  }

  return async (origin, options) => {
    const checked = await check(origin, options)
    const { report, former } = checked
    const { deleted } = report.accounts
    // If no accounts are left, this is probably another database, or one that is not filled yet.
    const isEverybody = deleted > 1 && deleted >= former
    const isMany = (isEverybody || (deleted > MANY.count && deleted > former * MANY.share)) && !options.mayDeleteMany
    const reason = undecided(report).length > 0 ? 'undecided' : isMany ? 'deletions' : undefined
    if (options.isDryRun && posts !== undefined) report.posts = await posts(origin, postOptions(options))
    if (options.isDryRun) await importKeys(origin, options, report)
    if (options.isDryRun) report.factors = await parts.factors(origin, postOptions(options))
    if (reason !== undefined) return { kind: 'refused', report, reason }
    if (options.isDryRun) return { kind: 'dry_run', report }
    await write(origin, options, checked)
    if (posts !== undefined) report.posts = await posts(origin, postOptions(options))
    await importKeys(origin, options, report)
    report.factors = await parts.factors(origin, postOptions(options))
    return { kind: 'imported', report }
  }
}

async function hasKeys({ keys }: Origin): Promise<boolean> {
  for await (const rows of keys?.() ?? []) if (rows.length > 0) return true
  return false
}

/** Groups with the permissions that can be imported, and the others. */
function fitGroups(
  groups: Awaited<ReturnType<Origin['groups']>>,
  takes: (name: string) => boolean,
): { groups: Awaited<ReturnType<Origin['groups']>>; unfit: string[] } {
  const unfit = new Set(groups.flatMap(({ permissions }) => permissions.filter((name) => !takes(name))))
  return {
    groups: groups.map((group) => ({ ...group, permissions: group.permissions.filter(takes) })),
    unfit: [...unfit],
  }
}

function* slices<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += BATCH) yield items.slice(start, start + BATCH)
}
