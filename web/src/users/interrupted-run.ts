import { useEffect, useState } from 'react'
import type { BulkAccounts, BulkAction, BulkProgress } from './bulk-run.ts'
import { bulkTexts } from './bulk-texts.ts'

/** A change of many accounts that did not come to its end, with all that it takes to go on. */
export type InterruptedRun = {
  action: BulkAction
  accounts: BulkAccounts
  groupId: number | undefined
  progress: BulkProgress
}

type Kept = InterruptedRun & {
  /** It stopped. False: it is under way in some tab, or that tab crashed. */
  isStopped: boolean
  /** When it was written, in milliseconds since 1970 by this browser's clock. */
  at: number
}

/** A run that says nothing for so long is taken for interrupted, in milliseconds. */
const SILENT_MS = 20_000
/** Older ones are nobody's business any more, in milliseconds. */
const FORGOTTEN_MS = 86_400_000
/** How many failures are kept. */
const MOST_FAILURES = 500

/** Told to the tab that wrote it: browsers tell only the others. */
const CHANGED = 'latchkey:bulk-run'

const nameOf = (accountId: number) => `latchkey-bulk-run:${accountId}`

/** Keeps how far an administrator's run is, in this browser, for all tabs. */
export function keepRun(accountId: number, run: InterruptedRun & { isStopped: boolean }): void {
  const { progress } = run
  const failed = progress.failed.slice(0, MOST_FAILURES)
  const kept: Kept = { ...run, progress: { ...progress, failed }, at: Date.now() }
  try {
    localStorage.setItem(nameOf(accountId), JSON.stringify(kept))
  } catch {
    // A browser that keeps nothing for us cannot offer to go on later.
  }
  dispatchEvent(new Event(CHANGED))
}

export function forgetRun(accountId: number): void {
  try {
    localStorage.removeItem(nameOf(accountId))
  } catch {
    // Then nothing was kept either.
  }
  dispatchEvent(new Event(CHANGED))
}

/** The run of an administrator that was interrupted in this browser, in whatever tab; undefined: there is none. */
export function useInterruptedRun(accountId: number): InterruptedRun | undefined {
  const [kept, setKept] = useState(() => recall(accountId))
  useEffect(() => {
    const read = () => setKept(recall(accountId))
    const timer = setInterval(read, SILENT_MS)
    addEventListener('storage', read)
    addEventListener(CHANGED, read)
    return () => {
      clearInterval(timer)
      removeEventListener('storage', read)
      removeEventListener(CHANGED, read)
    }
  }, [accountId])
  return kept
}

function recall(accountId: number): InterruptedRun | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(nameOf(accountId)) ?? 'null') as Kept | null
    if (kept === null || !isWhole(kept)) return undefined
    const age = Date.now() - kept.at
    return age < FORGOTTEN_MS && (kept.isStopped || age > SILENT_MS) ? kept : undefined
  } catch {
    return undefined
  }
}

/** Another version of these pages may have written it. */
function isWhole({ action, accounts, progress }: Partial<Kept>): boolean {
  return (
    Object.hasOwn(bulkTexts.en.names, action ?? '') &&
    (Array.isArray((accounts as { ids?: unknown })?.ids) || (accounts as { filter?: unknown })?.filter !== undefined) &&
    Array.isArray(progress?.failed)
  )
}
