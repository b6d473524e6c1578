import { isActive } from '../../accounts/account.ts'
import { AuthError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { sessionEnd } from '../../sessions/session.ts'
import { findTokenHolder } from '../../sessions/token-holder-store.ts'
import type { Database } from '../../storage/database.ts'
import type { RefreshTokenRules, RefreshTokenState, TokenHolder } from '../../tokens/refresh-token-state.ts'
import { type Token, uidOf } from '../../tokens/token.ts'
import { isAccessTokenOf } from '../../tokens/token-of-session.ts'
import type { TokenVerifier } from '../../tokens/token-verifier.ts'
import { carriedOverCaller } from './carried-over.ts'
import { readRefreshTokenState, refreshTokenStateOf } from './presented-refresh-token.ts'

type VerifyTokenParts = {
  database: Database
  clock: Clock
  verifier: TokenVerifier
  settings: RefreshTokenRules & { checkSession: boolean }
}

/** `revoked`: an authentic refresh token that was used or ended; the classic contract answers it differently. */
type TokenVerdict = { kind: 'good' } | { kind: 'revoked' }

/**
 * Checks whether a token of either kind is valid, and writes nothing. With CHECK_SESSION, an access token is valid only
 * while its session is active.
 *
 * @throws AuthError `token_not_valid` and the other token codes; `token_revoked` for an access token whose session has
 * ended
 */
export type VerifyToken = (token: string) => Promise<TokenVerdict>

export function createVerifyToken({ database, clock, verifier, settings }: VerifyTokenParts): VerifyToken {
  async function verifyRefresh(token: Token, now: number): Promise<TokenVerdict> {
    const state = await readRefreshTokenState(database.read, token, settings, now)
    if (isSpent(state)) return { kind: 'revoked' }
    // Nobody can use a token without an id. SimpleJWT accepts it here, and does not check its account either.
    const isUnspent = state.kind !== 'unknown' || token.tokenId === undefined
    if (token.isCarriedOver && state.kind === 'adoptable') {
      return { kind: state.account && isActive(state.account) ? 'good' : 'revoked' }
    }
    if (settings.adoptsForeignTokens && isUnspent) return { kind: 'good' }
    if (state.kind === 'unknown') throw new AuthError('token_not_valid', { detail: 'its session is unknown' })
    return { kind: state.account && isActive(state.account) ? 'good' : 'revoked' }
  }

  function verifyAccess(token: Token, { account, session }: TokenHolder, now: number): TokenVerdict {
    if (session === undefined || !isAccessTokenOf(token, session, account)) throw new AuthError('token_not_valid')
    const endReason = sessionEnd(session, account, now, settings)
    if (endReason !== undefined) throw new AuthError('token_revoked', { endReason })
    return { kind: 'good' }
  }

  return async (text) => {
    const now = clock.now()
    const token = await verifier.verifyEither(text, now)
    if (token.use === 'refresh') return verifyRefresh(token, now)
    if (token.isCarriedOver) {
      await carriedOverCaller(database.read, token, settings)
      return { kind: 'good' }
    }
    // SimpleJWT's blacklist knows only the `jti`: where its tokens are accepted, any kind is looked up as if for a
    // refresh.
    const needsSession = settings.checkSession && token.use === 'access'
    if (!needsSession && !settings.adoptsForeignTokens) return { kind: 'good' }
    const holder = await findTokenHolder(database.read, { uid: uidOf(token), sessionId: token.sessionId })
    if (
      settings.adoptsForeignTokens &&
      isSpent(await refreshTokenStateOf(database.read, token, holder, settings, now))
    ) {
      return { kind: 'revoked' }
    }
    return needsSession ? verifyAccess(token, holder, now) : { kind: 'good' }
  }
}

/** A token that may be repeated for a moment still counts as used. */
function isSpent({ kind }: RefreshTokenState): boolean {
  return kind === 'over' || kind === 'replayed' || kind === 'repeated'
}
