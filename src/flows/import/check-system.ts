import { isEmpty } from '../../accounts/account-import-store.ts'
import type { ForeignSystem } from '../../foreign-systems/foreign-system.ts'
import { measureImported } from '../../foreign-systems/imported-row-store.ts'
import { storedForm } from '../../passwords/formats/stored-form.ts'
import { readHash } from '../../passwords/password-hash.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Random } from '../../platform/random.ts'
import type { Database } from '../../storage/database.ts'
import type { ConflictKind, ImportOptions } from './choices.ts'
import { createDecide, type Decision, type DecisionRules } from './decide.ts'
import { planGroups } from './import-groups.ts'
import { addConflicts, count, emptyReport, type ImportReport } from './import-report.ts'
import { algorithmOf, isUnusable } from './imported-hash.ts'
import { missingAccounts } from './missing-accounts.ts'
import { createRowMarks, type RowMarks } from './row-marks.ts'
import { randomSeed } from './seen-keys.ts'
import { takesPermission } from './takes-permission.ts'

/** Conflicts about something that another account has. */
const TAKEN: ReadonlySet<ConflictKind> = new Set(['same_name', 'same_email', 'same_phone', 'taken_id'])
/** At most this many deleted accounts are looked at; if more are deleted, their names count as taken. */
const MOST_LEAVING = 100_000

/** What a look at the other system has found. */
export type CheckedSystem = {
  report: ImportReport
  plans: Awaited<ReturnType<typeof planGroups>>['plans']
  /** The imported rows that were found again. */
  present: RowMarks
  /** By position: accounts that need no work. */
  settled: RowMarks
  /** How many accounts need work. */
  open: number
  /** The largest id of an imported row when the look began. */
  latestId: number
  /** How many accounts were imported before. */
  former: number
  total: number | undefined
  /** Whether nothing is here yet. */
  isFirst: boolean
  /** The accounts here that are gone there. */
  leaving: ReadonlySet<number>
}

/**
 * Looks at everything, and changes nothing. If a name belongs to an account that is about to be deleted, it looks again
 * without that account.
 */
type CheckSystem = (system: ForeignSystem, options: ImportOptions) => Promise<CheckedSystem>

type CheckSystemParts = DecisionRules & { database: Database; clock: Clock; random: Random }

export function createCheckSystem({ database, clock, random, ...rules }: CheckSystemParts): CheckSystem {
  async function checkWithout(
    system: ForeignSystem,
    options: ImportOptions,
    without: ReadonlySet<number>,
  ): Promise<CheckedSystem> {
    const { source, choices, isDryRun, onProgress } = options
    const now = clock.now()
    const takes = (name: string) => takesPermission(name, choices)
    const report = emptyReport(isDryRun, system.notes)
    const { groups, unfit } = fitGroups(await system.groups(), takes)
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
    const settled = createRowMarks()
    let open = 0
    const isFirst = former === 0 && (await isEmpty(database.read))
    const decide = createDecide({ ...options, ...rules, isFirst, leaving: without, seed: randomSeed(random) })
    const total = await system.countAccounts()
    const unfitSeen = new Set(unfit)
    for await (const batch of system.accounts()) {
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
        tally(report, decision, rules.hashPolicy)
        if ('known' in decision && decision.known !== undefined && kind !== 'skip') present.mark(decision.known.id)
      }
      onProgress('check', report.accounts.read, total)
    }
    const leaving = new Set<number>()
    for await (const rows of missingAccounts(database.read, source, latestId, present)) {
      report.accounts.deleted += rows.length
      for (const { localId } of leaving.size <= MOST_LEAVING ? rows : []) leaving.add(localId)
    }
    for await (const tokens of system.spentTokens(now)) report.spentTokens += tokens.length
    return { report, plans, present, settled, open, latestId, former, total, isFirst, leaving }
  }

  return async (system, options) => {
    const checked = await checkWithout(system, options, new Set())
    const { report, leaving } = checked
    const isInTheWay = leaving.size > 0 && [...report.conflicts.keys()].some((kind) => TAKEN.has(kind))
    return isInTheWay && leaving.size <= MOST_LEAVING ? checkWithout(system, options, leaving) : checked
  }
}

/** Counts what would be done with an account. */
function tally(report: ImportReport, decision: Decision, hashPolicy: DecisionRules['hashPolicy']): void {
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

/** Groups with the permissions that can be imported, and the others. */
function fitGroups(
  groups: Awaited<ReturnType<ForeignSystem['groups']>>,
  takes: (name: string) => boolean,
): { groups: Awaited<ReturnType<ForeignSystem['groups']>>; unfit: string[] } {
  const unfit = new Set(groups.flatMap(({ permissions }) => permissions.filter((name) => !takes(name))))
  return {
    groups: groups.map((group) => ({ ...group, permissions: group.permissions.filter(takes) })),
    unfit: [...unfit],
  }
}
