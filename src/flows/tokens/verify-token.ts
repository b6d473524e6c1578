import { isActive } from '../../accounts/account.ts'
import { findAccount } from '../../accounts/account-store.ts'
import { AuthError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { sessionEnd } from '../../sessions/session.ts'
import { findSession } from '../../sessions/session-store.ts'
import type { Database } from '../../storage/database.ts'
import { hasTokenId, readAccountId, readSessionId } from '../../tokens/claims.ts'
import type { JwtClaims } from '../../tokens/jwt.ts'
import type { TokenVerifier } from '../../tokens/token-verifier.ts'
import { sessionOwner } from '../sessions/session-owner.ts'
import { type RefreshTokenSettings, type RefreshTokenState, readRefreshTokenState } from './presented-refresh-token.ts'
import { isAccessTokenOf } from './token-of-session.ts'

type VerifyTokenParts = {
  database: Database
  clock: Clock
  verifier: TokenVerifier
  settings: RefreshTokenSettings & { checkSession: boolean }
}

/** `revoked`: a refresh token that is genuine but spent or ended; the classic contract answers it on its own. */
type Verdict = { kind: 'good' } | { kind: 'revoked' }

/**
 * Says whether a token of either kind is good, and writes nothing. With CHECK_SESSION an access token is only as good as
 * its session.
 *
 * @throws AuthError `token_not_valid` and its kin; `token_revoked` for an access token whose session is over
 */
export type VerifyToken = (token: string) => Promise<Verdict>

export function createVerifyToken({ database, clock, verifier, settings }: VerifyTokenParts): VerifyToken {
  async function verifyRefresh(claims: JwtClaims, now: number): Promise<Verdict> {
    const state = await readRefreshTokenState(database.read, claims, settings, now)
    if (isSpent(state)) return { kind: 'revoked' }
    // Without an id it is nobody's to spend: SimpleJWT finds nothing wrong with it here, nor does it ask whose it is.
    if (settings.adoptsForeignTokens && (state.kind !== 'unknown' || !hasTokenId(claims))) return { kind: 'good' }
    if (state.kind === 'unknown') throw new AuthError('token_not_valid', { detail: 'its session is not known' })
    return { kind: state.account && isActive(state.account) ? 'good' : 'revoked' }
  }

  async function verifyAccess(claims: JwtClaims, now: number): Promise<Verdict> {
    const owner = readAccountId(claims, settings.userIdClaim)
    const sessionId = readSessionId(claims)
    if (owner.kind !== 'present' || sessionId === undefined) throw new AuthError('token_not_valid')
    const [account, session] = await Promise.all([
      findAccount(database.read, owner.accountId),
      findSession(database.read, sessionId),
    ])
    if (session === undefined || !isAccessTokenOf(session, claims, owner.accountId))
      throw new AuthError('token_not_valid')
    const end = sessionEnd(session, sessionOwner(account, settings), now)
    if (end !== undefined) throw new AuthError('token_revoked', { endReason: end })
    return { kind: 'good' }
  }

  return async (token) => {
    const now = clock.now()
    const claims = await verifier.verifyEither(token, now)
    if (claims.token_type === 'refresh') return verifyRefresh(claims, now)
    // SimpleJWT's blacklist knows the `jti` alone: where its tokens are honoured, any kind is looked up as if for refresh.
    if (settings.adoptsForeignTokens && isSpent(await readRefreshTokenState(database.read, claims, settings, now))) {
      return { kind: 'revoked' }
    }
    return settings.checkSession && claims.token_type === 'access' ? verifyAccess(claims, now) : { kind: 'good' }
  }
}

/** One that may be repeated for a moment is spent all the same. */
function isSpent({ kind }: RefreshTokenState): boolean {
  return kind === 'over' || kind === 'replayed' || kind === 'repeated'
}
