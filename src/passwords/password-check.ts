import { setTimeout } from 'node:timers/promises'
import type { Clock } from '../platform/clock.ts'
import type { Random } from '../platform/random.ts'
import { decoyArgon2 } from './formats/argon2.ts'
import type { HashParameters } from './hash-parameters.ts'
import type { HashPool } from './hash-pool.ts'
import { type HashPolicy, hashPassword, needsRehash, readHash } from './password-hash.ts'
import { createRefusalFloor } from './refusal-floor.ts'

/** Checks and hashes passwords in the hash pool, in a way that does not tell which accounts exist. */
export type PasswordCheck = {
  /**
   * Whether the password is the one of a stored hash, and if so, whether that hash should be replaced now.
   *
   * Hand in `undefined` where there is no account, and also for an account that may not log in: then even the right
   * password takes as long as any wrong one.
   * @throws AuthError `overloaded` as the pool does.
   */
  check(password: string, encoded: string | undefined): Promise<{ matches: boolean; needsRehash: boolean }>
  /**
   * Hashes a new password with the current parameters.
   * @throws AuthError `overloaded` as the pool does.
   */
  hash(password: string): Promise<string>
}

type PasswordCheckOptions = HashPolicy & {
  pool: HashPool
  parameters: HashParameters
  random: Random
  clock: Clock
  /** Waits that many milliseconds; a timer unless a test says otherwise. */
  wait?: (ms: number) => Promise<unknown>
}

/**
 * Makes the check. What somebody with a watch can tell:
 *
 * - Unknown account, account without a usable password, wrong password: one argon2id with the current parameters each.
 *   Nothing.
 * - A wrong password for an imported hash that is quick to check (MD5, SHA-1): the decoy is worked through as well. Nothing.
 * - A wrong password for an imported hash that is slow to check: from the first such check after a start on, all refusals
 *   take as long (see `refusal-floor.ts`). What stands out still: that first one, a check that a sudden load holds up for
 *   longer than the floor allows for, and hashes that take more than 2 seconds.
 * - The right password takes its own time; it is no secret that it was right.
 */
export function createPasswordCheck(options: PasswordCheckOptions): PasswordCheck {
  const { pool, parameters, random, clock, wait = timer } = options
  const decoy = readHash(decoyArgon2(parameters, random), options)
  // Hashes made now could not be checked later, and an account that does not exist would be refused at once.
  if (decoy === undefined) throw new RangeError('argon2id does not accept these parameters: see maximumHashCosts')
  const floor = createRefusalFloor()
  return {
    async check(password, encoded) {
      const stored = encoded === undefined ? undefined : readHash(encoded, options)
      const isImported = encoded !== undefined && needsRehash(encoded, parameters)
      // One place in the pool for both pieces of work: queueing twice would show.
      const { matches, spentMs } = await pool.run(async () => {
        const startedAt = clock.now()
        const matches = stored !== undefined && (await stored.matches(password))
        if (!matches && (stored === undefined || isImported)) await decoy.matches(password)
        return { matches, spentMs: clock.now() - startedAt }
      })
      // Before its own duration counts: the floor must not rise and fall with the very check it is to hide.
      const remainingMs = floor.remainingMs(spentMs)
      if (stored && isImported) floor.record(stored.kind, spentMs)
      if (!matches) await wait(remainingMs)
      return { matches, needsRehash: matches && isImported }
    },
    hash: (password) => pool.run(() => hashPassword(password, parameters, random)),
  }
}

async function timer(ms: number): Promise<void> {
  if (ms > 0) await setTimeout(ms)
}
