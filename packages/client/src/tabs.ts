import type { EndReason } from './session-state.ts'

/** What one tab tells the others. It never contains a token: the other tabs read the storage. */
export type News =
  | { type: 'login' }
  | { type: 'refresh'; expiresIn: number | undefined; sentAt: number }
  /** `session`: its id, if the token names it. */
  | { type: 'end'; reason: EndReason; session: unknown }

export type Tabs = { tell(news: News): void; close(): void }

/** Joins the tabs of this browser that use the same Latchkey. Without BroadcastChannel, the tabs learn nothing from each other. */
export function joinTabs(name: string, hear: (news: News) => void): Tabs {
  const channel = openChannel(name)
  if (channel === undefined) return { tell() {}, close() {} }
  channel.onmessage = ({ data }) => hear(data)
  // In Node, an open channel would keep the process alive.
  const { unref } = channel as { unref?: () => void }
  unref?.call(channel)
  return { tell: (news) => channel.postMessage(news), close: () => channel.close() }
}

function openChannel(name: string): BroadcastChannel | undefined {
  try {
    return new BroadcastChannel(name)
  } catch {
    return undefined
  }
}
