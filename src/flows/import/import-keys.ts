import { findAccount } from '../../accounts/account-store.ts'
import type { AuditOrigin } from '../../audit/events.ts'
import type { ForeignSessionKey, ForeignSystem } from '../../foreign-systems/foreign-system.ts'
import type { Clock } from '../../platform/clock.ts'
import { sha256 } from '../../platform/digest.ts'
import type { Seal } from '../../platform/seal.ts'
import { listImportedKeys, placeOfKey } from '../../sessions/key-store.ts'
import { NEVER, type Session } from '../../sessions/session.ts'
import { startSession } from '../../sessions/session-store.ts'
import type { Database } from '../../storage/database.ts'
import type { Transaction } from '../../storage/prepared.ts'
import { hasFactorHere } from '../mfa/owes-factor.ts'
import { endEachAndRecord } from '../sessions/end-session.ts'
import { isKey } from '../tokens/session-keys.ts'

/** Keys per transaction. */
const BATCH = 200

type ImportKeysParts = {
  database: Database
  clock: Clock
  seal: Seal
  settings: {
    /** Whether the next login gets the same key: only under COMPATIBILITY=simplejwt. */
    keepsKeys: boolean
    /** SESSION_LIFETIME; undefined: keys do not expire. */
    sessionLifetimeMs: number | undefined
  }
}

/**
 * Imports the keys of Django REST framework (`authtoken_token`), so that their owners stay logged in. Each becomes a
 * session of its own (docs/decisions/0016-keys.md), and only its digest is stored. The login was in Django, so it does
 * not count as recent. A key that has ended here stays ended; one that was deleted there ends here. Accounts that have
 * a second factor here get no new ones.
 *
 * @returns how many keys belong to accounts that are here
 */
export type ImportKeys = (
  system: ForeignSystem,
  options: { source: string; isDryRun: boolean; localIdOf: (keys: readonly string[]) => Promise<Map<string, number>> },
) => Promise<number>

export function createImportKeys({ database, clock, seal, settings }: ImportKeysParts, by: AuditOrigin): ImportKeys {
  const { keepsKeys, sessionLifetimeMs } = settings

  function sessionOf({ key, createdAt }: ForeignSessionKey, id: string, accountId: number, now: number): Session {
    const expiresAt = sessionLifetimeMs === undefined ? undefined : now + sessionLifetimeMs
    const beganAt = Number.isSafeInteger(createdAt) && createdAt > 0 ? Math.min(createdAt, now) : now
    return {
      id,
      accountId,
      createdAt: beganAt,
      expiresAt,
      refreshSeed: '',
      refreshGeneration: 0,
      refreshedAt: now,
      refreshExpiresAt: expiresAt ?? NEVER,
      refreshKid: undefined,
      endedAt: undefined,
      endReason: undefined,
      address: '',
      userAgent: '',
      amr: [],
      provenAt: beganAt,
      key: { digest: sha256(key), sealed: keepsKeys ? seal.seal(key, placeOfKey(id)) : undefined },
    }
  }

  async function take(
    tx: Transaction,
    key: ForeignSessionKey,
    id: string,
    accountId: number,
    now: number,
  ): Promise<void> {
    // The account may have been deleted meanwhile.
    if ((await findAccount(tx, accountId)) === undefined) return
    // A login in Django has not proven the factor. Existing keys continue, like any session.
    if (await hasFactorHere(tx, accountId)) return
    await startSession(tx, sessionOf(key, id, accountId, now))
  }

  async function endMissing(source: string, present: ReadonlySet<string>, now: number): Promise<void> {
    let after = prefixOf(source)
    for (;;) {
      const page = await listImportedKeys(database.read, prefixOf(source), after, BATCH)
      const gone = page.filter(({ id }) => !present.has(id))
      if (gone.length > 0) {
        await database.inLongTransaction((tx) => endEachAndRecord(tx, gone, 'logout', by, now))
      }
      const last = page.at(-1)
      if (last === undefined || page.length < BATCH) return
      after = last.id
    }
  }

  return async (system, { source, isDryRun, localIdOf }) => {
    const now = clock.now()
    const present = new Set<string>()
    let count = 0
    for await (const rows of system.keys?.() ?? []) {
      const good = rows.filter(({ key }) => isKey(key))
      for (let start = 0; start < good.length; start += BATCH) {
        const part = good.slice(start, start + BATCH)
        const owners = await localIdOf(part.map(({ accountKey }) => accountKey))
        const owned = part.flatMap((key) => {
          const accountId = owners.get(key.accountKey)
          return accountId === undefined ? [] : [{ key, accountId, id: `${prefixOf(source)}${sha256(key.key)}` }]
        })
        count += isDryRun ? part.length : owned.length
        for (const { id } of owned) present.add(id)
        if (isDryRun || owned.length === 0) continue
        await database.inLongTransaction(async (tx) => {
          for (const { key, id, accountId } of owned) await take(tx, key, id, accountId, now)
        })
      }
    }
    if (!isDryRun) await endMissing(source, present, now)
    return count
  }
}

/** The prefix of the ids of one source's sessions. */
function prefixOf(source: string): string {
  return `imported-${sha256(source).slice(0, 12)}-`
}
