import type { Clock } from '../platform/clock.ts'
import type { Random } from '../platform/random.ts'
import { decoyArgon2 } from './formats/argon2.ts'
import type { HashParameters } from './hash-parameters.ts'
import type { HashPool } from './hash-pool.ts'
import { type HashPolicy, hashPassword, needsRehash, readHash } from './password-hash.ts'
import { createRefusalFloor, timer } from './refusal-floor.ts'

/** Verifies and hashes passwords in the hash pool, without revealing which accounts exist. */
export type PasswordCheck = {
  /**
   * Whether the password matches a stored hash and, if so, whether to replace that hash now.
   *
   * Pass `undefined` if there is no account, and also for an account that may not log in: then even the right password
   * takes as long as any wrong one.
   * @throws AuthError `overloaded`, like the pool
   */
  check(password: string, encoded: string | undefined): Promise<CheckedPassword>
  /**
   * Hashes a new password with the current parameters.
   * @throws AuthError `overloaded`, like the pool
   */
  hash(password: string): Promise<string>
}

/** The result of a check. */
type CheckedPassword = {
  matches: boolean
  needsRehash: boolean
  /** Whether the hash is of a format that cannot be verified, so that not even the right password matches it. */
  isUnverifiable: boolean
}

type PasswordCheckOptions = HashPolicy & {
  pool: HashPool
  parameters: HashParameters
  random: Random
  clock: Clock
  /** Waits for a number of milliseconds; a timer, unless a test provides something else. */
  wait?: (ms: number) => Promise<unknown>
}

/**
 * Creates the check. What an attacker can learn from response times:
 *
 * - Unknown account, account without a usable password, wrong password: each costs one argon2id with the current
 *   parameters. Nothing.
 * - A wrong password for an imported hash that is fast to verify (MD5, SHA-1): the decoy is computed as well. Nothing.
 * - A wrong password for an imported hash that is slow to verify: from the first such check after a start on, all
 *   refusals take as long (see `refusal-floor.ts`). Exceptions: that first check, a check delayed by a sudden load
 *   beyond the floor, and hashes that take more than 2 seconds.
 * - The right password takes its own time. That it was right is no secret.
 */
export function createPasswordCheck(options: PasswordCheckOptions): PasswordCheck {
  const { pool, parameters, random, clock, wait = timer } = options
  const decoy = readHash(decoyArgon2(parameters, random), options)
  // Latchkey could not verify such hashes later, and would refuse an unknown account at once.
  if (decoy === undefined) throw new RangeError('argon2id does not accept these parameters: see maximumHashCosts')
  const floor = createRefusalFloor()
  return {
    async check(password, encoded) {
      const stored = encoded === undefined ? undefined : readHash(encoded, options)
      const isImported = encoded !== undefined && needsRehash(encoded, parameters)
      // One place in the pool for both computations: queueing twice would be visible.
      const { matches, spentMs } = await pool.run(async () => {
        const startedAt = clock.now()
        const matches = stored !== undefined && (await stored.matches(password))
        if (!matches && (stored === undefined || isImported)) await decoy.matches(password)
        return { matches, spentMs: clock.now() - startedAt }
      })
      // Read before this check is measured: a check must not move the floor that hides it.
      const remainingMs = floor.remainingMs(spentMs)
      if (stored && isImported) floor.record(stored.kind, spentMs)
      if (!matches) await wait(remainingMs)
      // `!`: Django's mark for an unusable password.
      const isUnverifiable = stored === undefined && encoded !== undefined && !encoded.startsWith('!')
      return { matches, needsRehash: matches && isImported, isUnverifiable }
    },
    hash: (password) => pool.run(() => hashPassword(password, parameters, random)),
  }
}
