import { isActive } from '../../accounts/account.ts'
import { findAccount } from '../../accounts/account-store.ts'
import { AuthError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { sessionEnd } from '../../sessions/session.ts'
import { findSession } from '../../sessions/session-store.ts'
import type { Database } from '../../storage/database.ts'
import { readAccountId, readSessionId, type TokenUse } from '../../tokens/claims.ts'
import type { JwtClaims } from '../../tokens/jwt.ts'
import type { TokenVerifier } from '../../tokens/token-verifier.ts'
import { sessionOwner } from '../sessions/session-owner.ts'
import { type RefreshTokenSettings, readRefreshTokenState } from './presented-refresh-token.ts'
import { isAccessTokenOf } from './token-of-session.ts'

type IntrospectParts = {
  database: Database
  clock: Clock
  verifier: TokenVerifier
  settings: RefreshTokenSettings
}

/** What a token is worth at this moment. Why one is not active is nobody's business but its holder's. */
export type Introspection = { isActive: false } | { isActive: true; use: TokenUse; claims: JwtClaims; username: string }

/**
 * Says whether a token of either kind is good (RFC 7662), and writes nothing. Its session is looked at whatever
 * CHECK_SESSION says; a refresh token is good as long as it is the one to be spent next.
 */
export type Introspect = (token: string) => Promise<Introspection>

export function createIntrospect({ database, clock, verifier, settings }: IntrospectParts): Introspect {
  async function findActive(token: string, now: number): Promise<Introspection> {
    const opened = await verifier.open(token, now)
    verifier.checkUse(opened, 'either')
    const { claims } = opened
    const owner = readAccountId(claims, settings.userIdClaim)
    const account = owner.kind === 'present' ? await findAccount(database.read, owner.accountId) : undefined
    if (account === undefined || !isActive(account)) return { isActive: false }
    const use = claims.token_type
    if (use !== 'access' && use !== 'refresh') return { isActive: false }
    const isGood = use === 'access' ? await isAccessGood(claims, account.id, now) : await isRefreshGood(claims, now)
    return isGood ? { isActive: true, use, claims, username: account.username } : { isActive: false }
  }

  async function isAccessGood(claims: JwtClaims, accountId: number, now: number): Promise<boolean> {
    const sessionId = readSessionId(claims)
    // Another server's, taken over with its key: it names no session.
    if (sessionId === undefined) return settings.adoptsForeignTokens
    const session = await findSession(database.read, sessionId)
    if (session === undefined || !isAccessTokenOf(session, claims, accountId)) return false
    const owner = sessionOwner(await findAccount(database.read, accountId), settings)
    return sessionEnd(session, owner, now) === undefined
  }

  async function isRefreshGood(claims: JwtClaims, now: number): Promise<boolean> {
    const { kind } = await readRefreshTokenState(database.read, claims, settings, now)
    return kind === 'usable' || kind === 'adoptable'
  }

  return async (token) => {
    try {
      return await findActive(token, clock.now())
    } catch (error) {
      if (error instanceof AuthError) return { isActive: false }
      throw error
    }
  }
}
