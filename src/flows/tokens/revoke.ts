import type { AuditActor } from '../../audit/events.ts'
import type { RequestOrigin } from '../../audit/origin.ts'
import { AuthError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { findSession } from '../../sessions/session-store.ts'
import type { Database } from '../../storage/database.ts'
import { readAccountId, readSessionId } from '../../tokens/claims.ts'
import type { TokenVerifier } from '../../tokens/token-verifier.ts'
import { endAndRecord } from '../sessions/end-session.ts'
import type { Logout } from './logout.ts'
import { isAccessTokenOf } from './token-of-session.ts'

type RevokeParts = {
  database: Database
  clock: Clock
  verifier: TokenVerifier
  logout: Logout
  settings: { userIdClaim: string }
}

/**
 * Ends the session of a token of either kind, on a service's word (RFC 7009 §2.1). A token that is not good, or not any
 * more, is done with already: only what keeps the server from looking is an error.
 */
export type Revoke = (token: string, service: string, origin: RequestOrigin) => Promise<void>

export function createRevoke({ database, clock, verifier, logout, settings }: RevokeParts): Revoke {
  async function endOfAccessToken(token: string, actor: AuditActor, origin: RequestOrigin): Promise<void> {
    const now = clock.now()
    const claims = await verifier.verifyAccess(token, now)
    const owner = readAccountId(claims, settings.userIdClaim)
    const sessionId = readSessionId(claims)
    if (owner.kind !== 'present' || sessionId === undefined) return
    await database.inTransaction(async (tx) => {
      const session = await findSession(tx, sessionId)
      if (session === undefined || !isAccessTokenOf(session, claims, owner.accountId)) return
      await endAndRecord(tx, session, 'logout', { actor, ...origin }, now)
    })
  }

  return async (token, service, origin) => {
    const actor = { service }
    try {
      const { claims } = await verifier.open(token, clock.now())
      if (claims.token_type === 'access') await endOfAccessToken(token, actor, origin)
      else await logout(token, origin, actor)
    } catch (error) {
      if (!(error instanceof AuthError)) throw error
    }
  }
}
