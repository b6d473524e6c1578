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
  /** Undefined: the database did not respond in time. */
  backlogs: { mail: Backlog; webhooks: Backlog } | undefined
}
