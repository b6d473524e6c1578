import { type Account, isActive } from '../../accounts/account.ts'
import { findAccount } from '../../accounts/account-store.ts'
import { AuthError } from '../../errors.ts'
import { findPasswordChange } from '../../passwords/password-store.ts'
import { type Session, type SessionEndReason, sessionEnd } from '../../sessions/session.ts'
import { findSession } from '../../sessions/session-store.ts'
import type { Database } from '../../storage/database.ts'
import type { Queryable } from '../../storage/prepared.ts'
import { hasTokenId, readAccountId, readIssuedAt, readSessionId, readTokenId } from '../../tokens/claims.ts'
import type { JwtClaims } from '../../tokens/jwt.ts'
import {
  adoptedSessionId,
  generationOf,
  spentTokenId,
  whatAdoptedTokenMeans,
  whatRefreshTokenMeans,
} from '../../tokens/refresh-rotation.ts'
import type { OpenedToken, TokenVerifier } from '../../tokens/token-verifier.ts'
import { sessionOwner } from '../sessions/session-owner.ts'
import { isRefreshTokenOf } from './token-of-session.ts'

/** The settings that decide what a presented refresh token is worth. */
export type RefreshTokenSettings = {
  userIdClaim: string
  refreshRetryWindowMs: number
  rotateRefreshTokens: boolean
  blacklistAfterRotation: boolean
  /** Whether accounts' deactivation and deletion end sessions by themselves, or only bar them (the classic contract). */
  endSessionsOnDeactivation: boolean
  revokeOnPasswordChange: boolean
  /** Whether a token signed with our key that no session of ours issued is taken over: only as SimpleJWT's replacement. */
  adoptsForeignTokens: boolean
}

/**
 * What a refresh token of good signature stands for in the database. `usable`: it may be spent. `repeated`: it was spent
 * a moment ago, its successor may be given again. `replayed`: it was spent before. `adoptable`: a stranger's, to be spent
 * for the first time. `over`: its session has ended. `unknown`: this database never issued it.
 */
export type RefreshTokenState =
  | { kind: 'usable' | 'repeated'; session: Session; account: Account | undefined }
  | { kind: 'replayed'; session: Session; account: Account | undefined; generationsBehind: number }
  | { kind: 'over'; session: Session; account: Account | undefined; reason: SessionEndReason }
  | { kind: 'adoptable'; sessionId: string; account: Account | undefined; accountId: number | undefined }
  | { kind: 'unknown' }

/** Reads the token's session and account in the caller's transaction and decides. */
export async function readRefreshTokenState(
  db: Queryable,
  claims: JwtClaims,
  settings: RefreshTokenSettings,
  now: number,
): Promise<RefreshTokenState> {
  // Nobody can have spent what has no id. Whoever is about to spend it is told so by the verifier.
  if (!hasTokenId(claims)) return { kind: 'unknown' }
  const owner = readAccountId(claims, settings.userIdClaim)
  const accountId = owner.kind === 'present' ? owner.accountId : undefined
  const account = accountId === undefined ? undefined : await findAccount(db, accountId)
  const jti = readTokenId(claims) ?? (settings.adoptsForeignTokens ? JSON.stringify(claims.jti) : '')
  const sessionId = readSessionId(claims)
  const session = sessionId === undefined ? undefined : await findSession(db, sessionId)

  if (session !== undefined) {
    const meaning = whatRefreshTokenMeans(jti, session, now, settings.refreshRetryWindowMs)
    if (meaning !== 'foreign') {
      const isGenuine = isRefreshTokenOf(session, claims, accountId, { isCurrent: meaning === 'current' })
      if (!settings.adoptsForeignTokens && !isGenuine) return { kind: 'unknown' }
      const reason = endOf(session, account, now, settings)
      if (reason !== undefined) return { kind: 'over', session, account, reason }
      if (meaning === 'current') return { kind: 'usable', session, account }
      if (meaning === 'replayed' && !settings.blacklistAfterRotation) return { kind: 'usable', session, account }
      if (meaning === 'repeated') return { kind: 'repeated', session, account }
      const generationsBehind = session.refreshGeneration - (generationOf(session.refreshSeed, jti) ?? 0)
      return { kind: 'replayed', session, account, generationsBehind }
    }
  }
  if (!settings.adoptsForeignTokens) return { kind: 'unknown' }
  const adoptedId = adoptedSessionId(jti)
  const adopted = (await findSession(db, adoptedId)) ?? (await findSession(db, spentTokenId(adoptedId)))
  if (adopted !== undefined) return stateOfAdopted(adopted, account, settings, now)
  if (account !== undefined && (await isVoid(db, claims, account, settings))) return { kind: 'unknown' }
  return { kind: 'adoptable', sessionId: adoptedId, account, accountId }
}

/** Whether another server's token, which has no session here that could have ended, is from before what would have ended it. */
async function isVoid(
  db: Queryable,
  claims: JwtClaims,
  account: Account,
  settings: RefreshTokenSettings,
): Promise<boolean> {
  const issuedAt = readIssuedAt(claims) ?? 0
  const { sessionsVoidAt = Number.NEGATIVE_INFINITY, credentialsVersion } = account
  if (settings.endSessionsOnDeactivation && issuedAt <= sessionsVoidAt) return true
  // An account that was only ever imported has had no change of password that this server knows of.
  if (!settings.revokeOnPasswordChange || credentialsVersion === 0) return false
  return issuedAt <= ((await findPasswordChange(db, account.id)) ?? Number.POSITIVE_INFINITY)
}

/** What another server's token stands for once it was taken over: by the settings it is spent by that, or it is not. */
function stateOfAdopted(
  session: Session,
  account: Account | undefined,
  settings: RefreshTokenSettings,
  now: number,
): RefreshTokenState {
  const isExpired = session.expiresAt !== undefined && session.expiresAt <= now
  const reason = endOf(session, account, now, settings) ?? (isExpired ? 'expired' : undefined)
  if (reason !== undefined) return { kind: 'over', session, account, reason }
  if (!settings.rotateRefreshTokens || !settings.blacklistAfterRotation) return { kind: 'usable', session, account }
  const kind = whatAdoptedTokenMeans(session, now, settings.refreshRetryWindowMs)
  if (kind === 'repeated') return { kind, session, account }
  return { kind, session, account, generationsBehind: session.refreshGeneration + 1 }
}

/**
 * Opens a refresh token. Where it is genuine and only too old, the refusal says what became of its session, as long as
 * that is remembered.
 *
 * @throws AuthError as `TokenVerifier.open`
 */
export async function openRefreshToken(
  { verifier, database, settings }: { verifier: TokenVerifier; database: Database; settings: RefreshTokenSettings },
  token: string,
  now: number,
): Promise<OpenedToken> {
  try {
    return await verifier.open(token, now)
  } catch (error) {
    const expired = verifier.openExpired(token, now)
    const endReason = expired && (await endOfExpired(database.read, expired.claims, settings, now))
    throw endReason === undefined ? error : new AuthError('token_not_valid', { endReason, detail: 'it has expired' })
  }
}

async function endOfExpired(
  db: Queryable,
  claims: JwtClaims,
  settings: RefreshTokenSettings,
  now: number,
): Promise<SessionEndReason | undefined> {
  const sessionId = readSessionId(claims)
  const session = sessionId === undefined ? undefined : await findSession(db, sessionId)
  const owner = readAccountId(claims, settings.userIdClaim)
  const generation = session && generationOf(session.refreshSeed, readTokenId(claims) ?? '')
  if (session === undefined || generation === undefined || owner.kind !== 'present') return undefined
  const isCurrent = generation === session.refreshGeneration
  if (!isRefreshTokenOf(session, claims, owner.accountId, { isCurrent })) return undefined
  // Claims count whole seconds: the last token has expired up to a second before its session is idle.
  const at = isCurrent ? Math.max(now, session.refreshExpiresAt) : now
  return sessionEnd(session, sessionOwner(await findAccount(db, session.accountId), settings), at)
}

/** Under the classic contract what befell the account does not spend its tokens; it is looked at on its own. */
function endOf(
  session: Session,
  account: Account | undefined,
  now: number,
  settings: RefreshTokenSettings,
): SessionEndReason | undefined {
  if (settings.endSessionsOnDeactivation) return sessionEnd(session, account, now)
  return session.endedAt === undefined ? undefined : (session.endReason ?? 'administrator')
}

/** The refusal of a token whose state allows no refresh. */
export function refusalOf(state: Extract<RefreshTokenState, { kind: 'over' | 'replayed' | 'unknown' }>): AuthError {
  if (state.kind === 'unknown') {
    return new AuthError('token_not_valid', { detail: 'no session of this database issued it' })
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
