import { type ClaimsRules, checkClaims, checkShape, reservedClaimNames } from '../claims.ts'
import { type JwtClaims, verifyJwt } from '../jwt.ts'
import type { VerificationKey } from '../jwt-key.ts'
import type { OpenedToken } from '../opened-token.ts'
import { readToken, type Token } from '../token.ts'
import { shapeRefusal } from '../token-refusals.ts'

/** How to read the tokens of the server that Latchkey replaced, and until when. */
type CarryOverRules = {
  /** The key, once for each algorithm that it can have. */
  keys: ReadonlyMap<string, VerificationKey>
  /** Epoch milliseconds. From then on, none of its tokens is accepted. */
  until: number
  userIdClaim: string
  /** Undefined: the tokens have no such claim, so all of them are access tokens. */
  tokenTypeClaim: string | undefined
  tokenIdClaim: string
  /** The claim of a sliding token that says until when it can be refreshed. */
  refreshExpClaim: string
  issuer: string | undefined
  audience: string | undefined
  leewayMs: number
  /** Claims that this server sets itself, besides the standard ones. */
  ownClaims: readonly string[]
}

/** Opens tokens of the previous server. */
export type CarryOver = {
  /** @returns undefined if it is not such a token, or is no longer valid */
  open(text: string, now: number): OpenedToken | undefined
}

/**
 * Accepts tokens that the previous server signed, by the rules of SimpleJWT and PyJWT. Such a token names no session
 * here, so callers must check `isCarriedOver`. A sliding token is an access token and, as long as it can be refreshed,
 * also a refresh token.
 */
export function createCarryOver(carried: CarryOverRules): CarryOver {
  const { keys, until, userIdClaim, issuer, audience, leewayMs } = carried
  const rules: ClaimsRules = {
    isLenient: true,
    userIdClaim,
    issuer,
    audience,
    hasSubject: false,
    leewayMs,
    lifetimesMs: { access: Number.POSITIVE_INFINITY, refresh: Number.POSITIVE_INFINITY },
  }
  const notCopied = [...reservedClaimNames, 'sub', carried.refreshExpClaim, ...carried.ownClaims]

  /** A sliding token as a refresh token, if it can still be refreshed. */
  function refreshable(claims: JwtClaims, now: number): JwtClaims {
    const until = claims[carried.refreshExpClaim]
    const isInTime = typeof until === 'number' && until > Math.floor(now / 1_000) - leewayMs / 1_000
    return { ...claims, token_type: isInTime ? 'refresh' : SLIDING }
  }

  return {
    open(text, now) {
      if (now >= until) return undefined
      // A token with a `kid` or a `sid` was issued by a Latchkey, whose own rules have refused it.
      const verified = verifyJwt(text, (kid, alg) => (kid === undefined ? keys.get(alg) : undefined), {
        ignoresHints: true,
      })
      if (verified.kind === 'refused' || Object.hasOwn(verified.claims, 'sid')) return undefined
      const { header } = verified
      const usual = usualClaims(verified.claims, carried)
      const isSliding = usual.token_type === SLIDING
      const claims = isSliding ? { ...usual, token_type: 'access' } : usual
      if (checkClaims(claims, rules, now) !== undefined) return undefined
      const token: Token = { ...readToken(claims, rules), sessionId: undefined, isCarriedOver: true, isSliding }
      return {
        token: { ...token, extra: without(token.extra, notCopied) },
        checkUse(use) {
          // Unlike SimpleJWT, whose `verify` accepts a token of any kind.
          const shown = isSliding && use === 'refresh' ? refreshable(claims, now) : claims
          const misuse = checkShape(shown, header, use, rules)
          if (misuse) throw shapeRefusal(misuse)
        },
        allClaims: () => claims,
      }
    },
  }
}

/** SimpleJWT's name for a token that is both. */
const SLIDING = 'sliding'

/** The claims under the names that this server's own tokens use. */
function usualClaims(
  claims: JwtClaims,
  { tokenTypeClaim, tokenIdClaim }: Pick<CarryOverRules, 'tokenTypeClaim' | 'tokenIdClaim'>,
): JwtClaims {
  const { [tokenIdClaim]: id, ...rest }: Record<string, unknown> = claims
  const type = tokenTypeClaim === undefined ? 'access' : rest[tokenTypeClaim]
  if (tokenTypeClaim !== undefined) delete rest[tokenTypeClaim]
  // Only a refresh token needs an id. Tokens without a type have none, as a rule.
  const tokenId = id ?? (tokenTypeClaim === undefined ? '-' : undefined)
  return { ...rest, ...(type !== undefined && { token_type: type }), ...(tokenId !== undefined && { jti: tokenId }) }
}

function without(claims: JwtClaims, names: readonly string[]): JwtClaims {
  return Object.fromEntries(Object.entries(claims).filter(([name]) => !names.includes(name)))
}
