import { isActive } from '../../accounts/account.ts'
import { AuthError } from '../../errors.ts'
import { findSession } from '../../sessions/session-store.ts'
import { findTokenHolder } from '../../sessions/token-holder-store.ts'
import type { Queryable } from '../../storage/prepared.ts'
import { adoptedSessionId, spentTokenId } from '../../tokens/refresh-rotation.ts'
import { isForeignTokenVoid, type RefreshTokenRules } from '../../tokens/refresh-token-state.ts'
import { requireUid, type Token } from '../../tokens/token.ts'
import { hasFactorHere, UNPROVEN } from '../mfa/owes-factor.ts'
import type { Caller } from '../rights/actor.ts'
import { passwordChangeOf } from './presented-refresh-token.ts'

type Rules = Pick<RefreshTokenRules, 'endSessionsOnDeactivation' | 'revokeOnPasswordChange'>

/**
 * Who presents an access token of the server that Latchkey replaced. It has no session here, but what would have ended one
 * ends it too. If the account has a second factor here, it is refused: this token has not shown it.
 *
 * @throws AuthError `account_not_found`, `account_inactive`, `token_revoked`
 */
export async function carriedOverCaller(db: Queryable, token: Token, rules: Rules): Promise<Caller> {
  const { account } = await findTokenHolder(db, { uid: requireUid(token), sessionId: undefined })
  if (account === undefined) throw new AuthError('account_not_found')
  if (!isActive(account)) throw new AuthError('account_inactive', { endReason: 'deactivated' })
  const passwordChangedAt = rules.revokeOnPasswordChange ? await passwordChangeOf(db, account) : undefined
  if (isForeignTokenVoid(token, account, passwordChangedAt, rules)) {
    throw new AuthError('token_revoked', { detail: 'it is older than a deactivation or a change of the password' })
  }
  if (token.isSliding && token.tokenId !== undefined) await refuseEnded(db, token.tokenId)
  if (await hasFactorHere(db, account.id)) {
    throw new AuthError('token_revoked', { detail: UNPROVEN })
  }
  return { account, sessionId: undefined, session: undefined }
}

/** A sliding token is the session itself: logging out in either system ends it. */
async function refuseEnded(db: Queryable, tokenId: string): Promise<void> {
  const sessionId = adoptedSessionId(tokenId)
  const isBlacklisted = (await findSession(db, spentTokenId(sessionId))) !== undefined
  if (isBlacklisted || (await findSession(db, sessionId))?.endedAt !== undefined) {
    throw new AuthError('token_revoked', { detail: 'it is a sliding token that somebody has logged out' })
  }
}
