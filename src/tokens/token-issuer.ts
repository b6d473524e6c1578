import type { Account } from '../accounts/account.ts'
import { wireUid } from '../accounts/names/uid.ts'
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

/** The account and session that the tokens belong to. */
export type TokenOwner = {
  account: Account
  session: Session
  /** The account's rights; undefined if tokens do not contain them. */
  rights?: TokenRights | undefined
  /** Additional claims of the deployment for this one token. */
  extra?: JwtClaims | undefined
}

/**
 * Additional claims that a deployment puts into access tokens; undefined: none. They never replace Latchkey's own,
 * whatever their names.
 */
type CustomClaims = (owner: TokenOwner) => JwtClaims | undefined

/** An access token and its lifetime: RFC 6749's `expires_in`. */
export type IssuedAccess = { access: string; accessExpiresInSeconds: number }

export type IssuedPair = IssuedAccess & { refresh: string; refreshExpiresInSeconds: number }

export type TokenIssuer = {
  /**
   * A new access token of a session. It never outlives the session. A lenient one only never outlives the session's
   * absolute end, as in SimpleJWT.
   *
   * @param carried claims of the refresh token that it is made from
   */
  issueAccess(owner: TokenOwner, now: number, carried?: JwtClaims): IssuedAccess
  /**
   * A new access token and the session's current refresh token. The refresh token is derived from the session: the same
   * session always gives the same text, so a lost response can be repeated. Custom claims are therefore not part of it.
   */
  issuePair(owner: TokenOwner, now: number, carried?: JwtClaims): IssuedPair
  /** The `kid` of refresh tokens issued now. Store it with the session, because another key may take over soon. */
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
    const { account, session } = owner
    const sessionEndsAt = rules.isLenient ? session.expiresAt : session.refreshExpiresAt
    const expiresAt = Math.min(now + rules.lifetimesMs.access, sessionEndsAt ?? Number.POSITIVE_INFINITY)
    const custom = customClaims?.(owner)
    const claims = buildAccessClaims(
      {
        subject: wireUid(account),
        tokenId: accessTokenId(session.refreshSeed, random.bytes(nonceBytes).toString('hex'), {
          issuedAt: now,
          expiresAt,
        }),
        sessionId: session.id,
        issuedAt: now,
        expiresAt,
        extra: custom === undefined ? carried : { ...carried, ...custom },
      },
      rules,
    )
    const access = signJwt(currentKeys().access, { typ: jwtTypeOf('access', rules) }, claims)
    return { access, accessExpiresInSeconds: wholeSeconds(now, expiresAt) }
  }

  function issueRefresh({ account, session }: TokenOwner, carried?: JwtClaims): string {
    const claims = buildRefreshClaims(
      {
        subject: wireUid(account),
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

  /** The key that signed the token the first time, even if another one has taken over since. */
  function refreshKeyOf({ refreshKid }: Session): JwtKey {
    const [key] = refreshKid === undefined ? [] : findKeys(refreshKid)
    // None if it was retired since. If tokens need no `kid`, an unknown one may also be verified by another key.
    return key !== undefined && key.kid === refreshKid ? key : currentKeys().refresh
  }

  return {
    issueAccess,
    issuePair: (owner, now, carried) => ({
      ...issueAccess(owner, now, carried),
      refresh: issueRefresh(owner, carried),
      refreshExpiresInSeconds: wholeSeconds(now, owner.session.refreshExpiresAt),
    }),
    refreshKid: () => currentKeys().refresh.kid,
  }
}

/** Computed like the claims: both times are cut to whole seconds (RFC 7519 §2). */
function wholeSeconds(from: number, to: number): number {
  return Math.floor(to / 1000) - Math.floor(from / 1000)
}
