import type { Account } from '../../accounts/account.ts'
import { keepPendingFactor } from '../../mfa/factor-store.ts'
import type { Factors } from '../../mfa/factors.ts'
import { type Random, randomId } from '../../platform/random.ts'
import type { Database } from '../../storage/database.ts'
import type { Transaction } from '../../storage/prepared.ts'
import { factorOwnerOf } from './factor-owner.ts'
import { factorOf } from './held-factors.ts'

/** New recovery codes. They are pending until their owner confirms that they are saved. */
type FirstRecoveryCodes = { codes: readonly string[]; keep(tx: Transaction): Promise<void> }

/**
 * Creates the recovery codes that come with the first factor of an account. Hashing them takes a moment; it stores
 * nothing yet.
 */
export async function makeFirstRecoveryCodes(
  { database, random, factors }: { database: Database; random: Random; factors: Factors },
  account: Account,
  now: number,
): Promise<FirstRecoveryCodes> {
  const id = randomId(random)
  const begun = await factorOf(factors, 'recovery_code').enrol(
    await factorOwnerOf(database, random, account),
    id,
    [],
    now,
  )
  const pending = { id, accountId: account.id, type: 'recovery_code', createdAt: now, data: begun.state } as const
  return { codes: begun.answer.codes as string[], keep: (tx) => keepPendingFactor(tx, pending) }
}
