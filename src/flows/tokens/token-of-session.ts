import { CLOCK_SKEW_MS, type Session } from '../../sessions/session.ts'
import { isAccessTokenId } from '../../tokens/access-token-id.ts'
import { readExpiresAt, readIssuedAt } from '../../tokens/claims.ts'
import type { JwtClaims } from '../../tokens/jwt.ts'

/**
 * Whether an access token of good signature agrees with the session it names: in whose it is, in having lived only while
 * the session could, and in having been issued for it. Only a leaked key makes one that does not.
 */
export function isAccessTokenOf(session: Session, claims: JwtClaims, accountId: number): boolean {
  const [issuedAt, expiresAt] = [readIssuedAt(claims), readExpiresAt(claims)]
  if (issuedAt === undefined || expiresAt === undefined) return false
  const isIssued = isAccessTokenId(session.refreshSeed, claims.jti, { issuedAt, expiresAt })
  return isIssued && isTokenOf(session, claims, accountId, session.expiresAt ?? Number.POSITIVE_INFINITY)
}

/**
 * The same of a refresh token, which ends no later than the current one. One that was used before may end a little later
 * than its successor, which was issued by a clock that is behind.
 */
export function isRefreshTokenOf(
  session: Session,
  claims: JwtClaims,
  accountId: number | undefined,
  { isCurrent }: { isCurrent: boolean },
): boolean {
  return isTokenOf(session, claims, accountId, session.refreshExpiresAt + (isCurrent ? 0 : CLOCK_SKEW_MS))
}

function isTokenOf(session: Session, claims: JwtClaims, accountId: number | undefined, latestExpiry: number): boolean {
  const [issuedAt, expiresAt] = [readIssuedAt(claims), readExpiresAt(claims)]
  if (accountId !== session.accountId || issuedAt === undefined || expiresAt === undefined) return false
  return issuedAt >= session.createdAt - CLOCK_SKEW_MS && expiresAt <= latestExpiry
}
