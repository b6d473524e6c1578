import { CLOCK_SKEW_MS, type Session } from '../sessions/session.ts'
import { readExpiresAt, readIssuedAt } from '../tokens/claims.ts'
import type { JwtClaims } from '../tokens/jwt.ts'

/**
 * Whether an access token of good signature agrees with the session it names: in whose it is, and in having lived only
 * while the session could. Only a leaked key makes one that does not.
 */
export function isAccessTokenOf(session: Session, claims: JwtClaims, accountId: number): boolean {
  const [issuedAt, expiresAt] = [readIssuedAt(claims), readExpiresAt(claims)]
  if (accountId !== session.accountId || issuedAt === undefined || expiresAt === undefined) return false
  return issuedAt >= session.createdAt - CLOCK_SKEW_MS && expiresAt <= (session.expiresAt ?? Number.POSITIVE_INFINITY)
}
