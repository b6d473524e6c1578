import type { UsernameRule } from '../../accounts/username.ts'
import { listEvents } from '../../audit/audit-store.ts'
import { readMailBacklog } from '../../mail/mail-queue-store.ts'
import { countRotatedTokenUse, type RotatedTokenUse } from '../../sessions/session-store.ts'
import type { Database } from '../../storage/database.ts'
import type { KeyRefusal, ManageKeys } from '../keys/manage-keys.ts'

const DAY_MS = 86_400_000

/** The facts about a database that a server is to run on. */
export type Examination = {
  usernameRule: UsernameRule
  /** When the newest event was recorded; undefined if there is none. */
  newestEventAt: number | undefined
  /** How much mail is waiting, and when the oldest was queued; undefined if none is waiting. */
  mail: { waiting: number; oldestQueuedAt: number | undefined }
  /** Who presented a rotated refresh token in the last 24 hours. */
  rotatedTokens: RotatedTokenUse
  /** Why a server cannot use the signing keys; undefined if it can. */
  keyProblem: KeyRefusal | undefined
}

type ExamineParts = {
  database: Database
  now: number
  usernameRule: UsernameRule
  /** Undefined without a SECRET_KEY: the keys are not examined. */
  keys: Pick<ManageKeys, 'findProblem'> | undefined
}

/** Examines a database for `doctor`; writes nothing. */
export async function examine({ database, now, usernameRule, keys }: ExamineParts): Promise<Examination> {
  const { events } = await listEvents(database.read, { limit: 1 })
  const mail = await readMailBacklog(database.read)
  const rotatedTokens = await countRotatedTokenUse(database.read, now - DAY_MS)
  return { usernameRule, newestEventAt: events[0]?.at, mail, rotatedTokens, keyProblem: await keys?.findProblem() }
}
