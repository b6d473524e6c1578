import type { ForeignNote } from '../../foreign-systems/foreign-system.ts'
import type { Conflict, ConflictKind } from './choices.ts'
import type { AccountPart } from './fingerprint.ts'
import type { ImportedFactors } from './import-factors.ts'

/** How many conflicts of one kind there are, the choice, and the first few of them. */
type ConflictCount = { kind: ConflictKind; count: number; choice: string | undefined; first: Conflict[] }

/** The result of an import or a dry run. */
export type ImportReport = {
  isDryRun: boolean
  accounts: {
    read: number
    created: number
    updated: number
    unchanged: number
    /** Existing accounts that are treated as imported ones from now on. */
    linked: number
    deleted: number
    inactive: number
    superusers: number
    /** How many have a username that was derived. */
    named: number
    /** Accounts that were deleted here and stay so. */
    gone: number
    /** By reason. */
    skipped: Map<string, number>
    /** Parts that were changed here and there. They stay as they are here. */
    kept: Map<AccountPart, number>
  }
  /** Password hashes by algorithm, and whether Latchkey can verify them. */
  hashes: Map<string, { count: number; isVerifiable: boolean }>
  groups: number
  /** Unexpired refresh tokens on the blacklist. */
  spentTokens: number
  posts: { created: number; updated: number; deleted: number; skipped: number }
  conflicts: Map<ConflictKind, ConflictCount>
  /** Accounts whose name, id or uid somebody took while the import ran. */
  raced: string[]
  /** Keys of accounts that are here. */
  keys: number
  factors: ImportedFactors
  notes: readonly ForeignNote[]
}

const SHOWN = 20

export function emptyReport(isDryRun: boolean, notes: readonly ForeignNote[]): ImportReport {
  return {
    isDryRun,
    accounts: {
      read: 0,
      created: 0,
      updated: 0,
      unchanged: 0,
      linked: 0,
      deleted: 0,
      inactive: 0,
      superusers: 0,
      named: 0,
      gone: 0,
      skipped: new Map(),
      kept: new Map(),
    },
    hashes: new Map(),
    groups: 0,
    spentTokens: 0,
    posts: { created: 0, updated: 0, deleted: 0, skipped: 0 },
    conflicts: new Map(),
    raced: [],
    keys: 0,
    factors: { factors: 0, devices: 0, skipped: 0 },
    notes,
  }
}

/** Counts conflicts, and keeps the first of each kind to show. */
export function addConflicts(report: ImportReport, conflicts: readonly Conflict[]): void {
  for (const conflict of conflicts) {
    const { kind, choice } = conflict
    const counted = report.conflicts.get(kind) ?? { kind, choice, count: 0, first: [] }
    counted.count++
    if (counted.first.length < SHOWN) counted.first.push(conflict)
    report.conflicts.set(kind, counted)
  }
}

/** Adds one to a count. */
export function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

/** The conflicts without a choice: with one of them, something would be lost. */
export function undecided({ conflicts }: ImportReport): ConflictCount[] {
  return [...conflicts.values()].filter(({ choice }) => choice === undefined)
}
