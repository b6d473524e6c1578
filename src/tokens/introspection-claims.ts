import type { Account } from '../accounts/account.ts'
import { wireUid } from '../accounts/names/uid.ts'
import type { Session } from '../sessions/session.ts'
import type { JwtClaims } from './jwt.ts'
import { toNumericDate } from './numeric-date.ts'

/** The claims that introspection returns about a token (RFC 7662 §2.2). Base no decision on them. */
export type IntrospectionClaims = Readonly<Record<string, unknown>>

/** All claims but `token_type`: in an introspection, that says how to present a token. */
export function introspectionClaims({
  token_type: _,
  ...claims
}: JwtClaims & { token_type?: unknown }): IntrospectionClaims {
  return claims
}

/** The same for a key: what an access token of its session would say. */
export function introspectionClaimsOfKey(
  { account, session }: { account: Account; session: Session | undefined },
  userIdClaim: string,
): IntrospectionClaims {
  return {
    [userIdClaim]: wireUid(account),
    ...(session !== undefined && { sid: session.id, iat: toNumericDate(session.createdAt) }),
    ...(session?.expiresAt !== undefined && { exp: toNumericDate(session.expiresAt) }),
  }
}
