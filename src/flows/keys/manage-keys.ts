import { refreshKidOf } from '../../keys/key-material.ts'
import type { KeyRing } from '../../keys/key-ring.ts'
import { listKeys } from '../../keys/key-store.ts'
import { type KeyState, keyState, type SigningKey } from '../../keys/signing-key.ts'
import type { Clock } from '../../platform/clock.ts'
import { isError } from '../../platform/is-error.ts'
import { markSessionsOfKey } from '../../sessions/retired-key-store.ts'
import type { Database } from '../../storage/database.ts'
import type { Transaction } from '../../storage/prepared.ts'
import type { JwtAlgorithm } from '../../tokens/jwt-key.ts'
import { auditOriginOf, type Manager } from '../rights/actor.ts'
import { admit } from '../rights/authority.ts'
import { countEndedSessions } from './count-ended-sessions.ts'

/** A signing key with its current state. */
export type ListedKey = SigningKey & { state: KeyState }

/** Why the keys were not changed. */
export type KeyRefusal =
  /** SECRET_KEY itself is the key; replace that instead. */
  | { kind: 'fixed' }
  /** No server has created keys in this database yet. */
  | { kind: 'no_keys' }
  /** The servers sign with another algorithm than ALGORITHM here. */
  | { kind: 'other_algorithm'; algorithm: JwtAlgorithm }
  /** The SECRET_KEY configured here cannot decrypt the private keys; `problem` says more. */
  | { kind: 'unopened'; problem: string }

/** `already_rotated`: somebody else did at the same moment. */
type RotateKeysOutcome =
  | { kind: 'already_rotated' }
  /** The next key signs from then on. `scheduled`: by then no verifier has a key set without it. Epoch milliseconds. */
  | { kind: 'rotated' | 'scheduled'; takesEffectAt: number }
  | KeyRefusal

/** `unknown`: there is no such key, or it is already retired. */
type RetireKeyOutcome =
  /** Without a number, there are too many sessions to count them while somebody waits. */
  { kind: 'retired'; key: SigningKey; endedSessions: number | undefined } | { kind: 'unknown' } | KeyRefusal

/**
 * What administrators do to the signing keys. Other processes follow when they next read the keys.
 *
 * A change encrypts a new key. It must use the SECRET_KEY and the ALGORITHM of the servers; with others, nothing is
 * done. An administrator needs `keys.change`, which is checked again in the transaction of the change.
 */
export type ManageKeys = {
  /**
   * Makes the next key sign as soon as every verifier knows it.
   *
   * @param isImmediate at once, although verifiers that cached the key set may refuse new tokens for a while: for a key
   *   that leaked
   */
  rotate(manager: Manager, isImmediate: boolean): Promise<RotateKeysOutcome>
  /**
   * Refuses a key's tokens from now on, destroys the key, and ends the sessions that cannot be refreshed without it, all
   * at once. A server ends and records the rows of these sessions afterwards, in batches.
   *
   * @param isSecretLost continues even if private keys cannot be decrypted: they are useless now
   */
  retire(kid: string, isSecretLost: boolean, manager: Manager): Promise<RetireKeyOutcome>
  /** Why this process cannot use the existing keys; undefined if it can. */
  findProblem(): Promise<KeyRefusal | undefined>
}

type ManageKeysParts = { database: Database; clock: Clock; keyRing: KeyRing; algorithm: JwtAlgorithm }

/** All signing keys, oldest first. */
export async function listKeysWithState(database: Database, now: number): Promise<ListedKey[]> {
  const keys = await listKeys(database.read, 0)
  return keys.map(({ sealedPrivateJwk: _, ...key }) => ({ ...key, state: keyState(key, now) }))
}

export function createManageKeys({ database, clock, keyRing, algorithm }: ManageKeysParts): ManageKeys {
  async function findMismatch(): Promise<KeyRefusal | undefined> {
    const keys = await listKeysWithState(database, clock.now())
    const signing = keys.filter(({ state }) => state === 'current')
    const other = signing.find((key) => key.algorithm !== algorithm)
    if (other !== undefined) return { kind: 'other_algorithm', algorithm: other.algorithm }
    if (algorithm === 'HS256') return { kind: 'fixed' }
    return signing.length === 0 ? { kind: 'no_keys' } : undefined
  }

  async function findUnopened(): Promise<KeyRefusal | undefined> {
    try {
      await keyRing.refresh()
      return undefined
    } catch (error) {
      if (!isError(error)) throw error
      return { kind: 'unopened', problem: error.message }
    }
  }

  const admission = (manager: Manager) => (tx: Transaction) => admit(tx, manager, 'keys.change')

  return {
    async rotate(manager, isImmediate) {
      const refusal = (await findMismatch()) ?? (await findUnopened())
      return refusal ?? keyRing.rotate(auditOriginOf(manager), { isImmediate, admit: admission(manager) })
    },
    async retire(kid, isSecretLost, manager) {
      const mismatch = await findMismatch()
      if (mismatch?.kind === 'other_algorithm' || mismatch?.kind === 'no_keys') return mismatch
      const unopened = isSecretLost ? undefined : await findUnopened()
      if (unopened !== undefined) return unopened
      const origin = auditOriginOf(manager)
      const kids = { kid, refreshKid: refreshKidOf(kid) }
      let markedAt = 0
      const outcome = await keyRing.retire(kid, origin, {
        admit: admission(manager),
        async complete(tx, now) {
          markedAt = now
          await markSessionsOfKey(tx, kids, origin, now)
        },
      })
      if (outcome.kind !== 'retired') return outcome
      return { ...outcome, endedSessions: await countEndedSessions(database, { ...kids, at: markedAt }) }
    },
    async findProblem() {
      const mismatch = await findMismatch()
      return mismatch?.kind === 'other_algorithm' ? mismatch : findUnopened()
    },
  }
}
