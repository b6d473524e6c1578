import { useSyncExternalStore } from 'react'
import { asProblem } from '../api/problem.ts'

/** Somebody must prove once more who they are before the server does what they asked for. */
type Awaited = { proven(): void; cancelled(): void }

/** What the server answers if the session must prove itself first. */
const PROVABLE: ReadonlySet<string> = new Set(['recent_login_required', 'second_factor_required'])

let awaited: Awaited | undefined
let confirmation: Promise<boolean> | undefined
const listeners = new Set<() => void>()

function tell(next: Awaited | undefined): void {
  awaited = next
  for (const listener of listeners) listener()
}

/** Opens the dialog, once for all who wait for it. @returns whether the person proved who they are */
function confirm(): Promise<boolean> {
  confirmation ??= new Promise<boolean>((resolve) => {
    tell({ proven: () => resolve(true), cancelled: () => resolve(false) })
  }).finally(() => {
    confirmation = undefined
    tell(undefined)
  })
  return confirmation
}

/**
 * Does something for which the server may want a recent login. If it does, the person proves who they are over the page, and
 * then the work is done. `StepUpDialog` must be on the page.
 *
 * @throws what the work throws; `recent_login_required` if the person would rather not
 */
export async function whenRecent<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!PROVABLE.has(asProblem(error).code) || !(await confirm())) throw error
    return work()
  }
}

/** Who waits for a recent login; undefined if nobody does. */
export function useAwaitedLogin(): Awaited | undefined {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => awaited,
  )
}
