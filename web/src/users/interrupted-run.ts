import { useEffect, useState } from 'react'
import type { BulkAccounts, BulkAction, BulkProgress } from './bulk-run.ts'
import { bulkTexts } from './bulk-texts.ts'

/** A change of many accounts that did not finish, with everything needed to continue it. */
export type InterruptedRun = {
  action: BulkAction
  accounts: BulkAccounts
  groupId: number | undefined
  progress: BulkProgress
}

type Kept = InterruptedRun & {
  /** The run has stopped. False: it is running in some tab, or that tab crashed. */
  isStopped: boolean
  /** When it was written, in milliseconds since 1970 by this browser's clock. */
  at: number
}

/** A run that has reported nothing for this long counts as interrupted, in milliseconds. */
const SILENT_MS = 20_000
/** Older runs are forgotten, in milliseconds. */
const FORGOTTEN_MS = 86_400_000
/** How many failures are kept. */
const MOST_FAILURES = 500

/** Notifies the tab that wrote the change: browsers notify only the others. */
const CHANGED = 'latchkey:bulk-run'

const nameOf = (accountId: number) => `latchkey-bulk-run:${accountId}`

/** Stores how far an administrator's run has got, in this browser, for all tabs. */
export function keepRun(accountId: number, run: InterruptedRun & { isStopped: boolean }): void {
  const { progress } = run
  const failed = progress.failed.slice(0, MOST_FAILURES)
  const kept: Kept = { ...run, progress: { ...progress, failed }, at: Date.now() }
  try {
    localStorage.setItem(nameOf(accountId), JSON.stringify(kept))
  } catch {
    // A browser that stores nothing for us cannot offer to continue later.
  }
  dispatchEvent(new Event(CHANGED))
}

export function forgetRun(accountId: number): void {
  try {
    localStorage.removeItem(nameOf(accountId))
  } catch {
    // Then nothing was stored either.
  }
  dispatchEvent(new Event(CHANGED))
}

/** The administrator's run that was interrupted in any tab of this browser; undefined: there is none. */
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
