import type { Account } from '../accounts/account.ts'
import { CLOCK_SKEW_MS, type Session } from '../sessions/session.ts'
import { isAccessTokenId } from './access-token-id.ts'
import type { Token } from './token.ts'

/**
 * Whether an access token agrees with the session it names: both belong to one account, the token lived only while the
 * session could, and it was issued for that session. Only a leaked key can make one that disagrees.
 *
 * @param account the one that the token names; undefined if it does not exist (any more)
 */
export function isAccessTokenOf(token: Token, session: Session, account: Account | undefined): boolean {
  const { tokenId, issuedAt, expiresAt } = token
  if (issuedAt === undefined || expiresAt === undefined) return false
  const isIssued = isAccessTokenId(session.refreshSeed, tokenId, { issuedAt, expiresAt })
  return isIssued && isTokenOf(token, session, account, session.expiresAt ?? Number.POSITIVE_INFINITY)
}

/**
 * The same for a refresh token, which expires no later than the current one. A used one may expire slightly later than
 * its successor, if a process whose clock is behind issued the successor.
 */
export function isRefreshTokenOf(
  token: Token,
  session: Session,
  account: Account | undefined,
  { isCurrent }: { isCurrent: boolean },
): boolean {
  return isTokenOf(token, session, account, session.refreshExpiresAt + (isCurrent ? 0 : CLOCK_SKEW_MS))
}

/**
 * Whether the account that a token names owns the session. The account may be gone; then its sessions have ended
 * anyway.
 */
export function isOwnSession(session: Session, account: Account | undefined): boolean {
  return account === undefined || account.id === session.accountId
}

function isTokenOf(token: Token, session: Session, account: Account | undefined, latestExpiry: number): boolean {
  const { subject, issuedAt, expiresAt } = token
  if (subject.kind !== 'named' || issuedAt === undefined || expiresAt === undefined) return false
  const isInTime = issuedAt >= session.createdAt - CLOCK_SKEW_MS && expiresAt <= latestExpiry
  return isInTime && isOwnSession(session, account)
}
