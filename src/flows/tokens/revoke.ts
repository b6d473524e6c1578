import { AuthError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { findTokenHolder } from '../../sessions/token-holder-store.ts'
import type { Database } from '../../storage/database.ts'
import { uidOf } from '../../tokens/token.ts'
import { isAccessTokenOf } from '../../tokens/token-of-session.ts'
import type { TokenVerifier } from '../../tokens/token-verifier.ts'
import { auditOriginOf, type Service } from '../rights/actor.ts'
import { endAndRecord } from '../sessions/end-session.ts'
import type { Logout } from './logout.ts'
import { isKey, type SessionKeys } from './session-keys.ts'

type RevokeParts = {
  database: Database
  clock: Clock
  verifier: TokenVerifier
  sessionKeys: Pick<SessionKeys, 'authenticate'>
  logout: Logout
}

/**
 * Ends the session of a token of either kind or of a key, at a service's request (RFC 7009 §2.1). A token that is not
 * valid needs nothing more: only a problem that prevents the check is an error.
 */
export type Revoke = (token: string, service: Service) => Promise<void>

export function createRevoke({ database, clock, verifier, sessionKeys, logout }: RevokeParts): Revoke {
  async function endOfAccessToken(text: string, service: Service): Promise<void> {
    const now = clock.now()
    const token = await verifier.verifyAccess(text, now)
    const named = { uid: uidOf(token), sessionId: token.sessionId }
    await database.inTransaction(async (tx) => {
      const { account, session } = await findTokenHolder(tx, named)
      if (session === undefined || !isAccessTokenOf(token, session, account)) return
      await endAndRecord(tx, session, 'logout', auditOriginOf(service), now)
    })
  }

  async function endOfKey(key: string, service: Service): Promise<void> {
    const { session } = await sessionKeys.authenticate(key)
    if (session === undefined) return
    const now = clock.now()
    await database.inTransaction((tx) => endAndRecord(tx, session, 'logout', auditOriginOf(service), now))
  }

  return async (text, service) => {
    try {
      if (isKey(text)) {
        await endOfKey(text, service)
        return
      }
      const { token } = await verifier.open(text, clock.now())
      if (token.use === 'access') await endOfAccessToken(text, service)
      else await logout(text, service)
    } catch (error) {
      if (!(error instanceof AuthError)) throw error
    }
  }
}
