import type { UsernameRule } from '../../accounts/username.ts'
import { listEvents } from '../../audit/audit-store.ts'
import { readMailBacklog } from '../../mail/mail-queue-store.ts'
import { countRotatedTokenUse, type RotatedTokenUse } from '../../sessions/session-store.ts'
import type { Database } from '../../storage/database.ts'
import type { KeyRefusal, ManageKeys } from '../keys/manage-keys.ts'

const DAY_MS = 86_400_000

/** What there is to know about a database that a server is to run on. */
export type Examination = {
  usernameRule: UsernameRule
  /** When the newest event was recorded; undefined if there is none. */
  newestEventAt: number | undefined
  /** How much mail is yet to be sent, and when the oldest of it was queued; undefined if there is none. */
  mail: { waiting: number; oldestQueuedAt: number | undefined }
  /** Who presented a rotated refresh token in the last 24 hours. */
  rotatedTokens: RotatedTokenUse
  /** What keeps a server from using the signing keys; undefined if nothing does. */
  keyProblem: KeyRefusal | undefined
}

type ExamineParts = {
  database: Database
  now: number
  usernameRule: UsernameRule
  /** Undefined without a SECRET_KEY: the keys are not looked at. */
  keys: Pick<ManageKeys, 'findProblem'> | undefined
}

/** Looks at a database as `doctor` does; writes nothing. */
export async function examine({ database, now, usernameRule, keys }: ExamineParts): Promise<Examination> {
  const { events } = await listEvents(database.read, { limit: 1 })
  const mail = await readMailBacklog(database.read)
  const rotatedTokens = await countRotatedTokenUse(database.read, now - DAY_MS)
  return { usernameRule, newestEventAt: events[0]?.at, mail, rotatedTokens, keyProblem: await keys?.findProblem() }
}
