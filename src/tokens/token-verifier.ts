import { AuthError, type ErrorCode } from '../errors.ts'
import { type ClaimsFault, type ClaimsRules, checkClaims, checkShape, readExpiresAt, type TokenUse } from './claims.ts'
import { type JwtClaims, type JwtHeader, type JwtVerification, verifyJwt } from './jwt.ts'
import type { JwtKey } from './jwt-key.ts'
import { createVerifiedTokenCache } from './verified-token-cache.ts'

/** The server's own keys, as a verifier needs them. */
export type VerificationKeys = {
  /** Every key that may have signed a token with this `kid` (or without one); none for a `kid` nobody knows. */
  find(kid: string | undefined): readonly JwtKey[]
}

/** A token whose signature, times and parties are right. What it is for and whether it was revoked is not yet said. */
export type OpenedToken = { header: JwtHeader; claims: JwtClaims }

export type TokenVerifier = {
  /**
   * The first half: signature and times.
   * @throws AuthError `token_not_valid`
   */
  open(token: string, now: number): OpenedToken
  /**
   * The second half: `exp`, `jti` and `token_type` are there and the use is the expected one. Between the two comes the
   * question whether a refresh token was revoked (contract section 2).
   * @throws AuthError `token_without_expiry`, `token_without_id`, `token_without_type`, `token_of_wrong_type`
   */
  checkUse(token: OpenedToken, use: TokenUse | 'either'): void
  /**
   * Both halves for an access token, remembered for as long as it lives.
   * @throws AuthError as above
   */
  verifyAccess(token: string, now: number): JwtClaims
}

const codes = {
  invalid: 'token_not_valid',
  no_exp: 'token_without_expiry',
  no_id: 'token_without_id',
  no_type: 'token_without_type',
  wrong_type: 'token_of_wrong_type',
} as const satisfies Record<ClaimsFault['reason'], ErrorCode>

export function createTokenVerifier({ keys, rules }: { keys: VerificationKeys; rules: ClaimsRules }): TokenVerifier {
  const cache = createVerifiedTokenCache()
  const isKeyValid = (kid: string | undefined) => keys.find(kid).length > 0

  function open(token: string, now: number): OpenedToken {
    const { header, claims } = verifySignature(token)
    const fault = checkClaims(claims, rules, now)
    if (fault) throw refusal(fault)
    return { header, claims }
  }

  /** Usually one key fits the `kid`; tokens without one, and those signed before SECRET_KEY was replaced, may need more. */
  function verifySignature(token: string): Extract<JwtVerification, { kind: 'verified' }> {
    const options = { ignoresHints: rules.isLenient }
    let position = 0
    for (;;) {
      let candidates = 0
      const verification = verifyJwt(
        token,
        (kid) => {
          const fitting = keys.find(kid)
          candidates = fitting.length
          return fitting[position]
        },
        options,
      )
      if (verification.kind === 'verified') return verification
      position++
      if (position >= candidates) throw new AuthError('token_not_valid', { detail: verification.reason })
    }
  }

  function checkUse({ header, claims }: OpenedToken, use: TokenUse | 'either'): void {
    const fault = checkShape(claims, header, use, rules)
    if (fault) throw refusal(fault)
  }

  return {
    open,
    checkUse,
    verifyAccess(token, now) {
      const remembered = cache.get(token, now, isKeyValid)
      if (remembered) return remembered.claims
      const opened = open(token, now)
      checkUse(opened, 'access')
      const expiresAt = readExpiresAt(opened.claims)
      if (expiresAt !== undefined) cache.put(token, { claims: opened.claims, kid: opened.header.kid, expiresAt })
      return opened.claims
    },
  }
}

function refusal({ reason, detail }: ClaimsFault): AuthError {
  return new AuthError(codes[reason], { detail })
}
