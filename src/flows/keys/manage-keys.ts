import type { KeyRing } from '../../keys/key-ring.ts'
import { listKeys } from '../../keys/key-store.ts'
import { type KeyState, keyState, type SigningKey, wasRetiredEarly } from '../../keys/signing-key.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../storage/database.ts'
import type { Queryable } from '../../storage/prepared.ts'
import type { JwtAlgorithm } from '../../tokens/jwt-key.ts'
import { auditOriginOf, type Manager } from '../rights/actor.ts'
import { admit } from '../rights/authority.ts'
import { endSessionsOfKey } from './end-sessions-of-key.ts'

/** A signing key with its state at the moment of listing. */
export type ListedKey = SigningKey & { state: KeyState }

/** Why nothing was done to the keys. */
export type KeyRefusal =
  /** SECRET_KEY itself is the key, and is replaced by replacing that. */
  | { kind: 'fixed' }
  /** No server has made keys in this database yet. */
  | { kind: 'no_keys' }
  /** The servers sign with another algorithm than the one configured here. */
  | { kind: 'other_algorithm'; algorithm: JwtAlgorithm }
  /** Private keys cannot be opened with the SECRET_KEY that is configured here; the problem says more. */
  | { kind: 'unopened'; problem: string }

/** `already_rotated`: somebody else did at the same moment. */
type RotateKeysOutcome = { kind: 'rotated' } | { kind: 'already_rotated' } | KeyRefusal

/** `unknown`: there is no such key, or it is retired already. */
type RetireKeyOutcome = { kind: 'retired'; key: SigningKey; endedSessions: number } | { kind: 'unknown' } | KeyRefusal

/**
 * What administrators do to the signing keys. Other processes follow at their next reading of the ring.
 *
 * Whoever changes the ring seals a new key, and must do so under the SECRET_KEY and for the ALGORITHM of the servers:
 * with others than theirs nothing is done. An administrator needs `keys.change`, which is looked at again in the
 * transaction of the change.
 */
export type ManageKeys = {
  rotate(manager: Manager): Promise<RotateKeysOutcome>
  /**
   * Refuses a key's tokens from now on and destroys it, and ends the sessions that can refresh no more without it. If it
   * is interrupted between the two, to ask for the same again does the rest.
   *
   * @param isSecretLost goes on although private keys cannot be opened: they are of no use any more
   */
  retire(kid: string, isSecretLost: boolean, manager: Manager): Promise<RetireKeyOutcome>
  /** What keeps this process from using the keys that are there; undefined if nothing does. */
  findProblem(): Promise<KeyRefusal | undefined>
}

type ManageKeysParts = { database: Database; clock: Clock; keyRing: KeyRing; algorithm: JwtAlgorithm }

/** Every key there ever was, the oldest first. */
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
      if (!(error instanceof Error)) throw error
      return { kind: 'unopened', problem: error.message }
    }
  }

  const admission = (manager: Manager) => (tx: Queryable) => admit(tx, manager, 'keys.change')

  async function endSessionsOf(kid: string, manager: Manager): Promise<number> {
    const key = (await listKeys(database.read, 0)).find((one) => one.kid === kid)
    if (key === undefined || !wasRetiredEarly(key)) return 0
    // The retirement may have been somebody else's, before this manager's rights were taken.
    await database.inTransaction(admission(manager))
    return endSessionsOfKey(database, kid, auditOriginOf(manager), clock.now())
  }

  return {
    async rotate(manager) {
      const refusal = (await findMismatch()) ?? (await findUnopened())
      return refusal ?? { kind: await keyRing.rotate(auditOriginOf(manager), admission(manager)) }
    },
    async retire(kid, isSecretLost, manager) {
      const mismatch = await findMismatch()
      if (mismatch?.kind === 'other_algorithm' || mismatch?.kind === 'no_keys') return mismatch
      const unopened = isSecretLost ? undefined : await findUnopened()
      if (unopened !== undefined) return unopened
      const outcome = await keyRing.retire(kid, auditOriginOf(manager), admission(manager))
      const endedSessions = await endSessionsOf(kid, manager)
      return outcome.kind === 'retired' ? { ...outcome, endedSessions } : outcome
    },
    async findProblem() {
      const mismatch = await findMismatch()
      return mismatch?.kind === 'other_algorithm' ? mismatch : findUnopened()
    },
  }
}
