import { useSyncExternalStore } from 'react'

/** Whether the session of this page is over, and why: an end reason, or the code of a refusal. */
type SessionState = { isOver: false } | { isOver: true; reason: string }

type News = { kind: 'signed-in' } | { kind: 'signed-out' }

let state: SessionState = { isOver: false }
const listeners = new Set<() => void>()

/** Tabs of one browser share one session: what happens to it in one of them holds for all. */
const tabs = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('latchkey-session')
tabs?.addEventListener('message', ({ data }: MessageEvent<News>) => {
  if (data.kind === 'signed-in') noteSessionBegun()
  else noteSessionOver('logout')
})

function change(next: SessionState): void {
  if (next.isOver === state.isOver) return
  state = next
  for (const listener of listeners) listener()
}

/** A request was refused because the session is over. */
export function noteSessionOver(reason: string): void {
  change({ isOver: true, reason })
}

/** There is a session again. */
export function noteSessionBegun(): void {
  change({ isOver: false })
}

/** Tells the other tabs. */
export function announce(news: News): void {
  if (news.kind === 'signed-in') noteSessionBegun()
  tabs?.postMessage(news)
}

export function useSessionState(): SessionState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => state,
  )
}
