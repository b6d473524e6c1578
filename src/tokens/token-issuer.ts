import { type Random, randomId } from '../platform/random.ts'
import type { Session } from '../sessions/session.ts'
import { buildAccessClaims, buildRefreshClaims, type ClaimsRules, jwtTypeOf } from './claims.ts'
import { type JwtClaims, signJwt } from './jwt.ts'
import type { JwtKey } from './jwt-key.ts'
import { refreshTokenId } from './refresh-rotation.ts'

/** The keys that sign now. */
export type CurrentKeys = { readonly access: JwtKey; readonly refresh: JwtKey }

export type TokenPair = { access: string; refresh: string }

export type TokenIssuer = {
  /** A new access token of a session. It never outlives the session's absolute end. */
  issueAccess(session: Session, now: number, extra?: JwtClaims): string
  /**
   * A new access token and the session's current refresh token. The refresh token follows from the session as it
   * stands: asked again, it is the same text, so that an answer that was lost can be given once more.
   */
  issuePair(session: Session, now: number, extra?: JwtClaims): TokenPair
}

export type TokenIssuerParts = {
  currentKeys(): CurrentKeys
  rules: ClaimsRules
  random: Random
}

export function createTokenIssuer({ currentKeys, rules, random }: TokenIssuerParts): TokenIssuer {
  function issueAccess(session: Session, now: number, extra?: JwtClaims): string {
    const claims = buildAccessClaims(
      {
        accountId: session.accountId,
        tokenId: randomId(random),
        sessionId: session.id,
        issuedAt: now,
        expiresAt: Math.min(now + rules.lifetimesMs.access, session.expiresAt ?? Number.POSITIVE_INFINITY),
        extra,
      },
      rules,
    )
    return signJwt(currentKeys().access, { typ: jwtTypeOf('access', rules) }, claims)
  }

  function issueRefresh(session: Session, extra?: JwtClaims): string {
    const claims = buildRefreshClaims(
      {
        accountId: session.accountId,
        tokenId: refreshTokenId(session.refreshSeed, session.refreshGeneration),
        sessionId: session.id,
        issuedAt: session.refreshedAt,
        expiresAt: session.refreshExpiresAt,
        extra,
      },
      rules,
    )
    return signJwt(currentKeys().refresh, { typ: jwtTypeOf('refresh', rules) }, claims)
  }

  return {
    issueAccess,
    issuePair: (session, now, extra) => ({
      access: issueAccess(session, now, extra),
      refresh: issueRefresh(session, extra),
    }),
  }
}
