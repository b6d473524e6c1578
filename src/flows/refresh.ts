import { isActive } from '../accounts/account.ts'
import { AuthError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import { type Random, randomId } from '../platform/random.ts'
import { refreshExpiry, type Session } from '../sessions/session.ts'
import { rotateSession, startSession } from '../sessions/session-store.ts'
import type { Database } from '../storage/database.ts'
import type { Queryable } from '../storage/prepared.ts'
import { extraClaims } from '../tokens/claims.ts'
import type { TokenIssuer } from '../tokens/token-issuer.ts'
import type { OpenedToken, TokenVerifier } from '../tokens/token-verifier.ts'
import { actingStranger, type RequestOrigin } from './caller.ts'
import { endReplayed } from './end-session.ts'
import { type RefreshTokenSettings, readRefreshTokenState, refusalOf } from './presented-refresh-token.ts'

export type RefreshSettings = RefreshTokenSettings & {
  reuseEndsSession: boolean
  refreshTokenLifetimeMs: number
  sessionLifetimeMs: number | undefined
}

export type RefreshParts = {
  database: Database
  clock: Clock
  random: Random
  verifier: TokenVerifier
  issuer: TokenIssuer
  settings: RefreshSettings
}

/** `refresh` is missing where ROTATE_REFRESH_TOKENS is off: the one presented goes on. */
export type RefreshedTokens = { access: string; refresh?: string }

/**
 * Gives a new access token for a refresh token, and rotates it (RFC 6749 §6, RFC 9700 §4.14.2). Of any number of equal
 * requests one rotates; inside the retry window the others get the same successor, later they are a replay, which ends
 * the session. Whatever fails spends nothing.
 *
 * @throws AuthError `token_not_valid` and its kin, `token_revoked`, `no_active_account_for_token`
 */
export type Refresh = (token: string, origin: RequestOrigin) => Promise<RefreshedTokens>

/** What the transaction decided. A replay ends the session, so it must be committed before it is refused. */
type Outcome = { kind: 'go_on'; session: Session } | { kind: 'lost_race' } | { kind: 'refused'; refusal: AuthError }

export function createRefresh({ database, clock, random, verifier, issuer, settings }: RefreshParts): Refresh {
  async function decide(tx: Queryable, opened: OpenedToken, origin: RequestOrigin, now: number): Promise<Outcome> {
    const state = await readRefreshTokenState(tx, opened.claims, settings, now)
    if (state.kind === 'over') return { kind: 'refused', refusal: refusalOf(state) }
    if (state.kind === 'replayed') {
      if (settings.reuseEndsSession) {
        await endReplayed(tx, state.session, state.generationsBehind, actingStranger(origin), now)
      }
      return { kind: 'refused', refusal: refusalOf(state) }
    }
    verifier.checkUse(opened, 'refresh')
    if (state.kind === 'unknown') return { kind: 'refused', refusal: refusalOf(state) }
    if (state.account === undefined || !isActive(state.account)) {
      return { kind: 'refused', refusal: new AuthError('no_active_account_for_token') }
    }
    if (state.kind === 'adoptable') {
      const session = newAdoptedSession(state.sessionId, state.account.id, now)
      return (await startSession(tx, session)) ? { kind: 'go_on', session } : { kind: 'lost_race' }
    }
    const session = { ...state.session, accountId: state.account.id }
    if (state.kind === 'repeated' || !settings.rotateRefreshTokens) return { kind: 'go_on', session }
    const expiresAt = refreshExpiry(now, settings.refreshTokenLifetimeMs, session.expiresAt)
    const rotated = await rotateSession(tx, session, now, expiresAt)
    return rotated === undefined ? { kind: 'lost_race' } : { kind: 'go_on', session: rotated }
  }

  /** A session of our own for a token that another server issued under the same key. */
  function newAdoptedSession(id: string, accountId: number, now: number): Session {
    const expiresAt = settings.sessionLifetimeMs === undefined ? undefined : now + settings.sessionLifetimeMs
    return {
      id,
      accountId,
      createdAt: now,
      expiresAt,
      refreshSeed: randomId(random),
      refreshGeneration: 0,
      refreshedAt: now,
      refreshExpiresAt: refreshExpiry(now, settings.refreshTokenLifetimeMs, expiresAt),
      endedAt: undefined,
      endReason: undefined,
      address: '',
      userAgent: '',
      amr: [],
    }
  }

  return async (token, origin) => {
    const now = clock.now()
    const opened = verifier.open(token, now)
    const extra = extraClaims(opened.claims, settings.userIdClaim)
    if (extra === undefined) throw new AuthError('token_not_valid', { detail: 'its claims are too large' })
    for (;;) {
      const outcome = await database.inTransaction((tx) => decide(tx, opened, origin, now))
      if (outcome.kind === 'refused') throw outcome.refusal
      // Whoever lost looks again: the winner's successor is there to be given once more, or the session is over.
      if (outcome.kind === 'lost_race') continue
      if (!settings.rotateRefreshTokens) return { access: issuer.issueAccess(outcome.session, now, extra) }
      return issuer.issuePair(outcome.session, now, extra)
    }
  }
}
