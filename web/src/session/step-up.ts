import { useSyncExternalStore } from 'react'
import { asProblem } from '../api/problem.ts'

/** Somebody must prove their identity again before the server does what they requested. */
type Awaited = { proven(): void; cancelled(): void }

/** The server's refusal if the user must first prove their identity again. */
const PROVABLE: ReadonlySet<string> = new Set(['recent_login_required', 'second_factor_required'])

let awaited: Awaited | undefined
let confirmation: Promise<boolean> | undefined
const listeners = new Set<() => void>()

function tell(next: Awaited | undefined): void {
  awaited = next
  for (const listener of listeners) listener()
}

/** Opens the dialog, once for all callers that wait for it. @returns whether the person proved who they are */
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
 * Does something for which the server may require a recent login. If so, the person proves their identity in a dialog, and
 * then the work is done. `StepUpDialog` must be on the page.
 *
 * @throws what the work throws; `recent_login_required` if the person cancels
 */
export async function whenRecent<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!PROVABLE.has(asProblem(error).code) || !(await confirm())) throw error
    return work()
  }
}

/** The callers that wait for a recent login; undefined if there are none. */
export function useAwaitedLogin(): Awaited | undefined {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => awaited,
  )
}
