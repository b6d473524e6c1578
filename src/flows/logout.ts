import { AuthError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import type { Session } from '../sessions/session.ts'
import { startSession } from '../sessions/session-store.ts'
import type { Database } from '../storage/database.ts'
import type { Queryable } from '../storage/prepared.ts'
import { readExpiresAt } from '../tokens/claims.ts'
import type { OpenedToken, TokenVerifier } from '../tokens/token-verifier.ts'
import { actingStranger, type RequestOrigin } from './caller.ts'
import { endAndRecord, endReplayed } from './end-session.ts'
import { type RefreshTokenSettings, readRefreshTokenState, refusalOf } from './presented-refresh-token.ts'

export type LogoutParts = {
  database: Database
  clock: Clock
  verifier: TokenVerifier
  settings: RefreshTokenSettings & { reuseEndsSession: boolean }
}

/**
 * Ends the session of a refresh token. The token is its own proof: whoever has it may end it, also where its account is
 * inactive or gone. Of several requests with one token one succeeds.
 *
 * @throws AuthError `token_not_valid` and its kin; `token_revoked` if it was spent or ended before
 */
export type Logout = (refreshToken: string, origin: RequestOrigin) => Promise<void>

export function createLogout({ database, clock, verifier, settings }: LogoutParts): Logout {
  /** The refusal, to be thrown after the commit, or undefined once the session is ended. */
  async function end(
    tx: Queryable,
    opened: OpenedToken,
    origin: RequestOrigin,
    now: number,
  ): Promise<AuthError | undefined> {
    const actor = actingStranger(origin)
    const state = await readRefreshTokenState(tx, opened.claims, settings, now)
    if (state.kind === 'over' && state.session.endedAt !== undefined) return new AuthError('token_revoked')
    if (state.kind === 'replayed') {
      if (settings.reuseEndsSession) await endReplayed(tx, state.session, state.generationsBehind, actor, now)
      return refusalOf(state)
    }
    verifier.checkUse(opened, 'refresh')
    if (state.kind === 'unknown') return refusalOf(state)
    const isEnded =
      state.kind === 'adoptable'
        ? await startSession(tx, endedSession(state.sessionId, state.accountId ?? 0, opened, now))
        : await endAndRecord(tx, state.session, 'logout', actor, now)
    return isEnded ? undefined : new AuthError('token_revoked', { detail: 'ended at the same moment' })
  }

  return async (refreshToken, origin) => {
    const now = clock.now()
    const opened = verifier.open(refreshToken, now)
    const refusal = await database.inTransaction((tx) => end(tx, opened, origin, now))
    if (refusal) throw refusal
  }
}

/** Stands for another server's token that was ended before it was ever spent here; kept until the token expires. */
function endedSession(id: string, accountId: number, { claims }: OpenedToken, now: number): Session {
  return {
    id,
    accountId,
    createdAt: now,
    expiresAt: undefined,
    refreshSeed: '',
    refreshGeneration: 0,
    refreshedAt: now,
    refreshExpiresAt: readExpiresAt(claims) ?? now,
    endedAt: now,
    endReason: 'logout',
    address: '',
    userAgent: '',
    amr: [],
  }
}
