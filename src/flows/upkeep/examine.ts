import type { UsernameRule } from '../../accounts/names/username.ts'
import { listEvents } from '../../audit/event-search-store.ts'
import { readMailBacklog } from '../../mail/mail-queue-store.ts'
import type { HashPolicy } from '../../passwords/password-hash.ts'
import { countUnverifiableHashes } from '../../passwords/unverifiable-hash-store.ts'
import { messageOf } from '../../platform/is-error.ts'
import { countRotatedTokenUse, type RotatedTokenUse } from '../../sessions/session-store.ts'
import { findVerifiedBackup } from '../../storage/backup/verified-backup-store.ts'
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
  /** Why nobody could log in now, such as a full disk; undefined if they can. */
  writeFault: string | undefined
  /** The fault of the file; undefined if there is none, or if there is no file. */
  damage: string | undefined
  /** How many hashes cannot be verified, by algorithm. */
  unverifiableHashes: ReadonlyMap<string, number>
  /** When the newest backup that was verified was made; undefined if there is none. */
  verifiedBackupAt: number | undefined
}

type ExamineParts = {
  database: Database
  now: number
  usernameRule: UsernameRule
  /** Undefined without a SECRET_KEY: the keys are not examined. */
  keys: Pick<ManageKeys, 'findProblem'> | undefined
  hashPolicy: HashPolicy
  /** Reads all of the file, if the database is one. @throws Error if it is damaged */
  checkFile(): void
}

/** Examines a database for `doctor`. It writes as `/readyz` does, and changes nothing of importance. */
export async function examine(parts: ExamineParts): Promise<Examination> {
  const { database, now, usernameRule, keys, hashPolicy, checkFile } = parts
  const { events } = await listEvents(database.read, { limit: 1 })
  const mail = await readMailBacklog(database.read)
  return {
    usernameRule,
    newestEventAt: events[0]?.at,
    mail,
    rotatedTokens: await countRotatedTokenUse(database.read, now - DAY_MS),
    keyProblem: await keys?.findProblem(),
    writeFault: await faultOf(() => database.checkReady()),
    damage: await faultOf(async () => checkFile()),
    unverifiableHashes: await countUnverifiableHashes(database.read, hashPolicy),
    verifiedBackupAt: await findVerifiedBackup(database.read),
  }
}

async function faultOf(look: () => Promise<void>): Promise<string | undefined> {
  try {
    await look()
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}
