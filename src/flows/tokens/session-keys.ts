import { type Account, isActive } from '../../accounts/account.ts'
import { AuthError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { sha256 } from '../../platform/digest.ts'
import type { Random } from '../../platform/random.ts'
import type { Seal } from '../../platform/seal.ts'
import { findKeyHolder, listKeySessions, noteKeyUse, placeOfKey } from '../../sessions/key-store.ts'
import { NEVER, type Session, sessionEnd } from '../../sessions/session.ts'
import type { Database } from '../../storage/database.ts'
import type { Transaction } from '../../storage/prepared.ts'
import type { OwesFactor } from '../mfa/owes-factor.ts'
import { type Actor, auditOriginOf, type Caller, type Owner } from '../rights/actor.ts'
import { endEachAndRecord, endOwing } from '../sessions/end-session.ts'

/** A key: 160 random bits as 40 hexadecimal digits, as Django REST framework writes them. */
const KEY_BYTES = 20
const KEY = /^[0-9a-f]{40}$/

/** Whether a text has the form of a key. */
export function isKey(text: string): boolean {
  return KEY.test(text)
}

/** How often the use of a key is noted: a key in use is not the session that was unused for longest. */
const NOTED_EVERY_MS = 3_600_000

type SessionKeysParts = {
  database: Database
  clock: Clock
  random: Random
  seal: Seal
  settings: {
    endSessionsOnDeactivation: boolean
    /** Whether every login gets the same key, which then is stored encrypted: only under COMPATIBILITY=simplejwt. */
    keepsKeys: boolean
  }
  /**
   * Asked at each use of a key, because a key is never refreshed. Undefined: no account is required
   * to have a second factor.
   */
  owesFactor: OwesFactor | undefined
  /** Whether any view of this server hands out keys. */
  isOn: boolean
}

/** The keys of djoser's dialect. A key is a session that has no tokens (docs/decisions/0016-keys.md). */
export type SessionKeys = {
  /** Whether there are keys here. If not, none is accepted. */
  isOn: boolean
  /** Gives a session that is about to start a key in place of tokens. It stores nothing. */
  make(session: Session): { session: Session; key: string }
  /**
   * The session whose key the account already has, if keys are kept. It ends those whose key nobody can read any more.
   * Call it in the transaction of the login, which holds all others back.
   */
  findKept(tx: Transaction, account: Account, now: number): Promise<Session | undefined>
  /** The key of a session; undefined if nobody can show it. */
  open(session: Session): string | undefined
  /**
   * Finds out who presents a key. It reads account and session each time, and notes the use once an hour.
   *
   * @throws AuthError `token_not_valid`, `token_revoked`, `account_inactive`
   */
  authenticate(key: string): Promise<Caller>
  /** Ends all keys of the owner, on all devices. */
  endAll(owner: Owner): Promise<void>
}

export function createSessionKeys(parts: SessionKeysParts): SessionKeys {
  const { database, clock, random, seal, settings, owesFactor, isOn } = parts

  function open({ id, key }: Session): string | undefined {
    if (key?.sealed === undefined) return undefined
    try {
      return seal.open(key.sealed, placeOfKey(id)).plain
    } catch {
      // Encrypted under another SECRET_KEY.
      return undefined
    }
  }

  return {
    isOn,
    open,
    make(session) {
      const key = random.bytes(KEY_BYTES).toString('hex')
      const sealed = settings.keepsKeys ? seal.seal(key, placeOfKey(session.id)) : undefined
      const stored = { digest: sha256(key), sealed }
      return { key, session: { ...session, refreshExpiresAt: session.expiresAt ?? NEVER, key: stored } }
    },
    async findKept(tx, account, now) {
      if (!settings.keepsKeys) return undefined
      const sessions = await listKeySessions(tx, account.id)
      const kept = sessions.find(
        (session) => sessionEnd(session, account, now, settings) === undefined && open(session) !== undefined,
      )
      if (kept !== undefined || sessions.length === 0) return kept
      await endKeysAndRecord(tx, account.id, { kind: 'server' }, now)
      return undefined
    },
    async authenticate(key) {
      if (!isOn || !isKey(key)) throw new AuthError('token_not_valid', { detail: 'it does not have the form of a key' })
      const holder = await findKeyHolder(database.read, sha256(key))
      if (holder?.account === undefined) throw new AuthError('token_not_valid', { detail: 'the key is unknown' })
      const { account, session } = holder
      const now = clock.now()
      const endReason = sessionEnd(session, account, now, settings)
      if (session.endedAt === undefined && !isActive(account)) throw new AuthError('account_inactive', { endReason })
      if (endReason !== undefined) throw new AuthError('token_revoked', { endReason })
      if (owesFactor !== undefined && (await owesFactor(account, session, now)))
        throw await endOwing(database, session, now)
      if (session.refreshedAt < now - NOTED_EVERY_MS) {
        await database.inOneStatement((db) => noteKeyUse(db, session.id, now, now - NOTED_EVERY_MS))
      }
      return { account, sessionId: session.id, session }
    },
    async endAll(owner) {
      const now = clock.now()
      await database.inTransaction((tx) => endKeysAndRecord(tx, owner.caller.account.id, owner, now))
    },
  }
}

/** Ends all keys of an account and records each, in the caller's transaction. */
export async function endKeysAndRecord(
  tx: Transaction,
  accountId: number,
  actor: Actor,
  now: number,
  reason: 'logout' | 'password_changed' = 'logout',
): Promise<void> {
  const origin = auditOriginOf(actor)
  await endEachAndRecord(tx, await listKeySessions(tx, accountId), reason, origin, now)
}
