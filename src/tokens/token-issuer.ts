import type { Account } from '../accounts/account.ts'
import type { Random } from '../platform/random.ts'
import type { Session } from '../sessions/session.ts'
import { accessTokenId, nonceBytes } from './access-token-id.ts'
import { buildAccessClaims, buildRefreshClaims, type ClaimsRules, jwtTypeOf } from './claims.ts'
import { type JwtClaims, signJwt } from './jwt.ts'
import type { JwtKey } from './jwt-key.ts'
import { refreshTokenId } from './refresh-rotation.ts'
import type { TokenRights } from './rights-claims.ts'

/** The keys that sign now. */
type CurrentKeys = { readonly access: JwtKey; readonly refresh: JwtKey }

/** Whose tokens they are, and of which login. */
export type TokenOwner = {
  account: Account
  session: Session
  /** What the account was given; undefined where tokens do not tell. */
  rights?: TokenRights | undefined
  /** Further claims that the deployment has for this very token. */
  extra?: JwtClaims | undefined
}

/**
 * Further claims that a deployment puts into access tokens. They never replace one of Latchkey's own, whatever they are
 * called.
 */
type CustomClaims = (owner: TokenOwner) => JwtClaims

/** An access token, and how long it is good: RFC 6749's `expires_in`. */
export type IssuedAccess = { access: string; accessExpiresInSeconds: number }

export type IssuedPair = IssuedAccess & { refresh: string; refreshExpiresInSeconds: number }

export type TokenIssuer = {
  /**
   * A new access token of a session. It never outlives the session; a lenient one only its absolute end, as SimpleJWT's.
   *
   * @param carried claims of the refresh token it is made from
   */
  issueAccess(owner: TokenOwner, now: number, carried?: JwtClaims): IssuedAccess
  /**
   * A new access token and the session's current refresh token. The refresh token follows from the session as it
   * stands: asked again, it is the same text, so that an answer that was lost can be given once more. So custom claims
   * are no part of it.
   */
  issuePair(owner: TokenOwner, now: number, carried?: JwtClaims): IssuedPair
  /** The `kid` of refresh tokens that are made now. To be kept with the session, for the key may be another one soon. */
  refreshKid(): string | undefined
}

export type TokenIssuerParts = {
  currentKeys(): CurrentKeys
  /** The keys with this `kid` that still verify. */
  findKeys(kid: string): readonly JwtKey[]
  rules: ClaimsRules
  random: Random
  /** Default: none. */
  customClaims?: CustomClaims
}

export function createTokenIssuer(parts: TokenIssuerParts): TokenIssuer {
  const { currentKeys, findKeys, rules, random, customClaims } = parts

  function issueAccess(owner: TokenOwner, now: number, carried?: JwtClaims): IssuedAccess {
    const { session } = owner
    const sessionEndsAt = rules.isLenient ? session.expiresAt : session.refreshExpiresAt
    const expiresAt = Math.min(now + rules.lifetimesMs.access, sessionEndsAt ?? Number.POSITIVE_INFINITY)
    const claims = buildAccessClaims(
      {
        subject: session.accountId,
        tokenId: accessTokenId(session.refreshSeed, random.bytes(nonceBytes).toString('hex'), {
          issuedAt: now,
          expiresAt,
        }),
        sessionId: session.id,
        issuedAt: now,
        expiresAt,
        extra: customClaims === undefined ? carried : { ...carried, ...customClaims(owner) },
      },
      rules,
    )
    const access = signJwt(currentKeys().access, { typ: jwtTypeOf('access', rules) }, claims)
    return { access, accessExpiresInSeconds: wholeSeconds(now, expiresAt) }
  }

  function issueRefresh(session: Session, carried?: JwtClaims): string {
    const claims = buildRefreshClaims(
      {
        subject: session.accountId,
        tokenId: refreshTokenId(session.refreshSeed, session.refreshGeneration),
        sessionId: session.id,
        issuedAt: session.refreshedAt,
        expiresAt: session.refreshExpiresAt,
        extra: carried,
      },
      rules,
    )
    return signJwt(refreshKeyOf(session), { typ: jwtTypeOf('refresh', rules) }, claims)
  }

  /** The key that signed it the first time, though another one may have taken over since. */
  function refreshKeyOf({ refreshKid }: Session): JwtKey {
    const [key] = refreshKid === undefined ? [] : findKeys(refreshKid)
    // None if it was retired since; and where tokens need no `kid`, some other key is found for one that nobody knows.
    return key !== undefined && key.kid === refreshKid ? key : currentKeys().refresh
  }

  return {
    issueAccess,
    issuePair: (owner, now, carried) => ({
      ...issueAccess(owner, now, carried),
      refresh: issueRefresh(owner.session, carried),
      refreshExpiresInSeconds: wholeSeconds(now, owner.session.refreshExpiresAt),
    }),
    refreshKid: () => currentKeys().refresh.kid,
  }
}

/** As the claims count: both moments are cut to whole seconds (RFC 7519 §2). */
function wholeSeconds(from: number, to: number): number {
  return Math.floor(to / 1000) - Math.floor(from / 1000)
}
