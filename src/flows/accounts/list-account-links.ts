import type { OneTimeToken } from '../../one-time-tokens/one-time-token.ts'
import { listOneTimeTokens } from '../../one-time-tokens/one-time-token-store.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../storage/database.ts'
import { linkState } from '../mail/frontend-links/link-state.ts'
import { getAccount } from './get-account.ts'

/** A one-time link that was mailed and has not been used. `void`: its account has changed since. */
type AccountLink = Pick<OneTimeToken, 'purpose' | 'email' | 'createdAt' | 'expiresAt'> & {
  state: 'valid' | 'expired' | 'void'
}

/** How many links are listed; the newest come first. */
const MOST = 200

/**
 * Lists the links of an account, without their secrets, which are not stored anywhere.
 *
 * @throws AuthError `not_found`
 */
export type ListAccountLinks = (accountId: number) => Promise<AccountLink[]>

export function createListAccountLinks({ database, clock }: { database: Database; clock: Clock }): ListAccountLinks {
  return async (accountId) => {
    const now = clock.now()
    const owner = await getAccount(database.read, accountId, 'not_found')
    const tokens = await listOneTimeTokens(database.read, accountId, MOST)
    const current = await linkState(database.read, owner)
    return tokens.map(({ purpose, email, createdAt, expiresAt, account, state }) => {
      const isVoid = state === undefined ? account?.credentialsVersion !== owner.credentialsVersion : state !== current
      return { purpose, email, createdAt, expiresAt, state: expiresAt <= now ? 'expired' : isVoid ? 'void' : 'valid' }
    })
  }
}
