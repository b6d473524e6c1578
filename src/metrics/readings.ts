import type { RotatedTokenUse } from '../sessions/session-store.ts'

/** Work that is waiting to be sent. */
export type Backlog = {
  waiting: number
  /** How long the oldest has been waiting; 0 if nothing is waiting. */
  oldestSeconds: number
}

/** Values that are looked up at each scrape. */
export type Readings = {
  version: string
  hashing: { running: number; queued: number }
  /** What the database says. Undefined: it did not respond in time. */
  stored: { mail: Backlog; webhooks: Backlog; rotatedTokens: RotatedTokenUse } | undefined
}
