/** What waits to be sent. */
export type Backlog = {
  waiting: number
  /** How long the oldest of it has waited; 0 if nothing does. */
  oldestSeconds: number
}

/** What is looked up when somebody asks for the metrics. */
export type Readings = {
  version: string
  hashing: { running: number; queued: number }
  /** Undefined: the database did not answer in time. */
  backlogs: { mail: Backlog; webhooks: Backlog } | undefined
}
