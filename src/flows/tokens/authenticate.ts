import { isActive } from '../../accounts/account.ts'
import { findAccount } from '../../accounts/account-store.ts'
import { AuthError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { sessionEnd } from '../../sessions/session.ts'
import { findSession } from '../../sessions/session-store.ts'
import type { Database } from '../../storage/database.ts'
import { readAccountId, readSessionId } from '../../tokens/claims.ts'
import type { TokenVerifier } from '../../tokens/token-verifier.ts'
import type { Caller } from '../rights/actor.ts'
import { sessionOwner } from '../sessions/session-owner.ts'
import { isAccessTokenOf } from './token-of-session.ts'

type AuthenticateParts = {
  database: Database
  clock: Clock
  verifier: TokenVerifier
  settings: { userIdClaim: string; checkSession: boolean; endSessionsOnDeactivation: boolean }
}

/**
 * Says who presents an access token. The account, and with CHECK_SESSION the session, are read from the database each
 * time: what was ended by any process is refused from the next request on.
 *
 * @throws AuthError `token_not_valid` and its kin, `token_without_account`, `account_not_found`, `account_inactive`,
 *   `token_revoked`; with the reason for its end when the session is over
 */
export type Authenticate = (token: string) => Promise<Caller>

export function createAuthenticate({ database, clock, verifier, settings }: AuthenticateParts): Authenticate {
  return async (token) => {
    const now = clock.now()
    const claims = await verifier.verifyAccess(token, now)
    const owner = readAccountId(claims, settings.userIdClaim)
    if (owner.kind === 'missing') throw new AuthError('token_without_account')
    if (owner.kind === 'unusable') throw new AuthError('account_not_found', { detail: 'the user id claim is no id' })
    const sessionId = readSessionId(claims)
    const isSessionChecked = settings.checkSession && sessionId !== undefined
    const [account, session] = await Promise.all([
      findAccount(database.read, owner.accountId),
      isSessionChecked ? findSession(database.read, sessionId) : undefined,
    ])
    const isKnown = session !== undefined && isAccessTokenOf(session, claims, owner.accountId)
    const endReason = isKnown ? sessionEnd(session, sessionOwner(account, settings), now) : undefined
    if (account === undefined) throw new AuthError('account_not_found', { endReason })
    if (!isActive(account)) throw new AuthError('account_inactive', { endReason: endReason ?? 'deactivated' })
    if (settings.checkSession) {
      if (!isKnown) throw new AuthError('token_not_valid', { detail: 'its session is not known' })
      if (endReason !== undefined) throw new AuthError('token_revoked', { endReason })
    }
    return { account, sessionId, session }
  }
}
