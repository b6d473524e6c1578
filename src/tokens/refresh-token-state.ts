import { type Account, isActive } from '../accounts/account.ts'
import { AuthError } from '../errors.ts'
import { type Session, type SessionEndReason, sessionEnd } from '../sessions/session.ts'
import { generationOf, whatAdoptedTokenMeans, whatRefreshTokenMeans } from './refresh-rotation.ts'
import type { Token } from './token.ts'
import { isOwnSession, isRefreshTokenOf } from './token-of-session.ts'

/** The settings that decide what a presented refresh token means. */
export type RefreshTokenRules = {
  refreshRetryWindowMs: number
  rotateRefreshTokens: boolean
  blacklistAfterRotation: boolean
  /** Whether deactivating or deleting an account ends its sessions, or only blocks them (the classic contract). */
  endSessionsOnDeactivation: boolean
  revokeOnPasswordChange: boolean
  /**
   * Whether to accept a token that was signed with our key but issued by none of our sessions: only as a replacement
   * for SimpleJWT.
   */
  adoptsForeignTokens: boolean
}

/** The account and session that a token names, as far as they exist. */
export type TokenHolder = { account: Account | undefined; session: Session | undefined }

/**
 * What a refresh token with a valid signature means in the database. `usable`: it may be used. `wasSpent`: it was used
 * before, and passes only because BLACKLIST_AFTER_ROTATION is off. `repeated`: it was used a moment ago, and its successor may
 * be returned again. `replayed`: it was used before. `adoptable`: another server's token, to be used for the first time.
 * `over`: its session has ended. `unknown`: this database never issued it.
 */
export type RefreshTokenState =
  | { kind: 'usable'; session: Session; account: Account | undefined; wasSpent: boolean }
  | { kind: 'repeated'; session: Session; account: Account | undefined }
  | { kind: 'replayed'; session: Session; account: Account | undefined; generationsBehind: number }
  | { kind: 'over'; session: Session; account: Account | undefined; reason: SessionEndReason }
  | { kind: 'adoptable'; sessionId: string; account: Account | undefined }
  | { kind: 'unknown' }

/** What a refresh token means in the session that it names. Undefined: that session never issued it. */
export function stateInSession(
  token: Token,
  { account, session }: TokenHolder,
  rules: RefreshTokenRules,
  now: number,
): RefreshTokenState | undefined {
  if (session === undefined || token.tokenId === undefined) return undefined
  const meaning = whatRefreshTokenMeans(token.tokenId, session, now, rules.refreshRetryWindowMs)
  if (meaning === 'foreign') return undefined
  // SimpleJWT checks less, and its tokens may say less. But nobody may use a token of somebody else's session.
  const isGenuine = rules.adoptsForeignTokens
    ? isOwnSession(session, account)
    : isRefreshTokenOf(token, session, account, { isCurrent: meaning === 'current' })
  if (!isGenuine) return { kind: 'unknown' }
  const reason = endOf(session, account, now, rules)
  if (reason !== undefined) return { kind: 'over', session, account, reason }
  if (meaning === 'current') return { kind: 'usable', session, account, wasSpent: false }
  if (meaning === 'replayed' && !rules.blacklistAfterRotation) {
    return { kind: 'usable', session, account, wasSpent: true }
  }
  if (meaning === 'repeated') return { kind: 'repeated', session, account }
  const generationsBehind = session.refreshGeneration - (generationOf(session.refreshSeed, token.tokenId) ?? 0)
  return { kind: 'replayed', session, account, generationsBehind }
}

/**
 * What another server's refresh token means after this server has adopted it: used or not, depending on the settings.
 *
 * @param adopted the session that it started, or the record of it
 */
export function stateOfAdopted(
  adopted: Session,
  account: Account | undefined,
  rules: RefreshTokenRules,
  now: number,
): RefreshTokenState {
  const isExpired = adopted.expiresAt !== undefined && adopted.expiresAt <= now
  const reason = endOf(adopted, account, now, rules) ?? (isExpired ? 'expired' : undefined)
  if (reason !== undefined) return { kind: 'over', session: adopted, account, reason }
  if (!isOwnSession(adopted, account)) return { kind: 'unknown' }
  if (!rules.rotateRefreshTokens || !rules.blacklistAfterRotation) {
    return {
      kind: 'usable',
      session: adopted,
      account,
      wasSpent: rules.rotateRefreshTokens,
    }
  }
  const kind = whatAdoptedTokenMeans(adopted, now, rules.refreshRetryWindowMs)
  if (kind === 'repeated') return { kind, session: adopted, account }
  return { kind, session: adopted, account, generationsBehind: adopted.refreshGeneration + 1 }
}

/**
 * Whether another server's token is older than a deactivation or password change that would have ended it. It has no
 * session here that could have ended.
 *
 * @param passwordChangedAt when the account's password was last changed here; undefined: never
 */
export function isForeignTokenVoid(
  { issuedAt = 0 }: Pick<Token, 'issuedAt'>,
  { sessionsVoidAt = Number.NEGATIVE_INFINITY, sessionsEndedAt = Number.NEGATIVE_INFINITY }: Account,
  passwordChangedAt: number | undefined,
  rules: Pick<RefreshTokenRules, 'endSessionsOnDeactivation' | 'revokeOnPasswordChange'>,
): boolean {
  // Somebody ended all sessions of the account, for whatever reason.
  if (issuedAt <= sessionsEndedAt) return true
  if (rules.endSessionsOnDeactivation && issuedAt <= sessionsVoidAt) return true
  return rules.revokeOnPasswordChange && issuedAt <= (passwordChangedAt ?? Number.NEGATIVE_INFINITY)
}

/** Why the session of an expired refresh token ended. Undefined if the token does not belong to the session. */
export function endOfExpired(
  token: Token,
  { account, session }: TokenHolder,
  rules: RefreshTokenRules,
  now: number,
): SessionEndReason | undefined {
  const generation = session && generationOf(session.refreshSeed, token.tokenId ?? '')
  if (session === undefined || generation === undefined) return undefined
  const isCurrent = generation === session.refreshGeneration
  if (!isRefreshTokenOf(token, session, account, { isCurrent })) return undefined
  // Claims count whole seconds: the last token expires up to a second before its session becomes idle.
  return sessionEnd(session, account, isCurrent ? Math.max(now, session.refreshExpiresAt) : now, rules)
}

/**
 * The default of REFRESH_RETRY_WINDOW: two tabs that refresh at once do not count as a client that keeps its old
 * tokens.
 */
const AT_ONCE_MS = 10_000

/** Whether a used token comes back so late that its client must have kept it. */
export function isKeptToken(state: Extract<RefreshTokenState, { kind: 'usable' }>, now: number): boolean {
  return state.wasSpent && now - state.session.refreshedAt >= AT_ONCE_MS
}

/** The refusal of a token whose state does not allow a refresh. */
export function refreshRefusal(
  state: Extract<RefreshTokenState, { kind: 'over' | 'replayed' | 'unknown' }>,
): AuthError {
  if (state.kind === 'unknown') {
    return new AuthError('token_not_valid', { detail: 'no session in this database issued it' })
  }
  if (state.kind === 'replayed') {
    return new AuthError('token_revoked', { endReason: 'replayed', detail: `session ${state.session.id}` })
  }
  const isBarred = state.session.endedAt === undefined && (state.account === undefined || !isActive(state.account))
  return new AuthError(isBarred ? 'no_active_account_for_token' : 'token_revoked', {
    endReason: state.reason,
    detail: `session ${state.session.id}`,
  })
}

/** If deactivation only blocks, a session has ended only if somebody ended it; the account is checked separately. */
function endOf(
  session: Session,
  account: Account | undefined,
  now: number,
  rules: RefreshTokenRules,
): SessionEndReason | undefined {
  if (rules.endSessionsOnDeactivation) return sessionEnd(session, account, now, rules)
  return session.endedAt === undefined ? undefined : (session.endReason ?? 'administrator')
}
