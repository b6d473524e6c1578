import type { AuditOrigin } from '../../audit/events.ts'
import { AuthError } from '../../errors.ts'
import type { Outbox } from '../../mail/outbox.ts'
import type { Clock } from '../../platform/clock.ts'
import { spentSession } from '../../sessions/session.ts'
import { startSession } from '../../sessions/session-store.ts'
import type { Database } from '../../storage/database.ts'
import type { Transaction } from '../../storage/prepared.ts'
import type { OpenedToken } from '../../tokens/opened-token.ts'
import { type RefreshTokenRules, type RefreshTokenState, refreshRefusal } from '../../tokens/refresh-token-state.ts'
import type { TokenVerifier } from '../../tokens/token-verifier.ts'
import type { SecurityNotices } from '../mail/security-notices/notices.ts'
import { auditOriginOf, type Service, type Stranger } from '../rights/actor.ts'
import { endAndRecord, endReplayed, recordEnded } from '../sessions/end-session.ts'
import { openRefreshToken, readRefreshTokenState } from './presented-refresh-token.ts'

type LogoutParts = {
  database: Database
  clock: Clock
  verifier: TokenVerifier
  outbox: Outbox
  notices: SecurityNotices
  settings: RefreshTokenRules & { reuseEndsSession: boolean }
}

/**
 * Ends the session of a refresh token. The token is its own proof: its holder may end it, even if the account is
 * inactive or gone. If several requests use one token at once, one succeeds.
 *
 * @param actor who presents the token: somebody who is not logged in otherwise, or a service on behalf of its user
 * @throws AuthError `token_not_valid` and the other token codes; `token_revoked` if it was used or ended before
 */
export type Logout = (refreshToken: string, actor: Stranger | Service) => Promise<void>

export function createLogout({ database, clock, verifier, outbox, notices, settings }: LogoutParts): Logout {
  /** The refusal, to be thrown after the commit, or undefined once the session has ended. */
  async function end(
    tx: Transaction,
    opened: OpenedToken,
    origin: AuditOrigin,
    now: number,
  ): Promise<AuthError | undefined> {
    const state = await readRefreshTokenState(tx, opened.token, settings, now)
    if (state.kind === 'over' && state.session.endedAt !== undefined) {
      return new AuthError('token_revoked', { endReason: state.reason })
    }
    if (state.kind === 'replayed') {
      if (settings.reuseEndsSession) await endReplayed(tx, state, origin, notices, now)
      return refreshRefusal(state)
    }
    opened.checkUse('refresh')
    if (state.kind === 'unknown') return refreshRefusal(state)
    const isEnded =
      state.kind === 'adoptable'
        ? await endForeign(tx, state, opened.token.expiresAt ?? now, origin, now)
        : await endAndRecord(tx, state.session, 'logout', origin, now)
    // The loser reads again, and finds out who won.
    return isEnded ? undefined : end(tx, opened, origin, now)
  }

  return async (refreshToken, actor) => {
    const now = clock.now()
    const origin = auditOriginOf(actor)
    const opened = await openRefreshToken({ verifier, database, settings }, refreshToken, now)
    const refusal = await database.inTransaction((tx) => end(tx, opened, origin, now))
    if (refusal) {
      outbox.wake()
      throw refusal
    }
  }
}

/** Stores and records that another server's token was used. False if it already was. */
async function endForeign(
  tx: Transaction,
  { sessionId, account }: Extract<RefreshTokenState, { kind: 'adoptable' }>,
  until: number,
  origin: AuditOrigin,
  now: number,
): Promise<boolean> {
  const accountId = account?.id ?? 0
  if (!(await startSession(tx, spentSession({ id: sessionId, accountId, until }, 'logout', now)))) return false
  await recordEnded(tx, [{ id: sessionId, accountId }], 'logout', origin, now)
  return true
}
