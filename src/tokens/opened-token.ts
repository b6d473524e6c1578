import type { JwtClaims } from './jwt.ts'
import type { Token, TokenUse } from './token.ts'

/** A token with a valid signature, times and parties. Its use is not checked yet. */
export type OpenedToken = {
  token: Token
  /**
   * The second half of the checks: `exp`, `jti` and `token_type` exist, and the use is the expected one. Between the
   * two halves, the caller checks whether a refresh token was revoked (contract section 2).
   *
   * @throws AuthError `token_without_expiry`, `token_without_id`, `token_without_type`, `token_of_wrong_type`
   */
  checkUse(use: TokenUse | 'either'): void
  /** Every claim, for introspection (RFC 7662 §2.2). Base no decision on them. */
  allClaims(): JwtClaims
}
