import { AuthError, type ErrorCode } from '../errors.ts'
import { type ClaimsFault, type ClaimsRules, checkClaims, checkShape, readExpiresAt, type TokenUse } from './claims.ts'
import { type JwtClaims, type JwtHeader, type JwtRefusal, type JwtVerification, verifyJwt } from './jwt.ts'
import type { JwtKey } from './jwt-key.ts'
import { createVerifiedTokenCache } from './verified-token-cache.ts'

/** The server's own keys, as a verifier needs them. */
export type VerificationKeys = {
  /** Every key that may have signed a token with this `kid` (or without one); none for a `kid` nobody knows. */
  find(kid: string | undefined): readonly JwtKey[]
  /** Looks whether another process has made a key with this `kid` just now. True if it can be found from now on. */
  refreshForUnknown(kid: string): Promise<boolean>
  /** Whether tokens of this `kid` were good before somebody retired the key. */
  wasRetired(kid: string): boolean
}

/** A token whose signature, times and parties are right. What it is for and whether it was revoked is not yet said. */
export type OpenedToken = { header: JwtHeader; claims: JwtClaims }

/** Checks tokens that are presented. Knows nothing of sessions. */
export type TokenVerifier = {
  /**
   * The first half: signature and times. Only a token whose key is not known yet makes it wait.
   * @throws AuthError `token_not_valid`, with the end reason `key_retired` if that befell its key
   */
  open(token: string, now: number): Promise<OpenedToken>
  /** A genuine token that is too old and has no other fault; undefined for every other one. To tell why it is over. */
  openExpired(token: string, now: number): OpenedToken | undefined
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
  verifyAccess(token: string, now: number): Promise<JwtClaims>
  /**
   * Both halves for a token of either use. Access tokens are remembered likewise; refresh tokens are not, since they are
   * not presented again.
   * @throws AuthError as above
   */
  verifyEither(token: string, now: number): Promise<JwtClaims>
}

type Verified = Extract<JwtVerification, { kind: 'verified' }>

/** What came of trying the keys that fit the token's `kid`. */
type Tried =
  | { verified: Verified; reason?: never; kid?: never }
  | { verified?: never; reason: JwtRefusal; kid: string | undefined }

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

  async function open(token: string, now: number): Promise<OpenedToken> {
    const { header, claims } = await verifySignature(token)
    const fault = checkClaims(claims, rules, now)
    if (fault) throw refusal(fault)
    return { header, claims }
  }

  async function verifySignature(token: string): Promise<Verified> {
    const { kid, ...tried } = tryKeys(token)
    if (tried.verified) return tried.verified
    if (kid !== undefined && keys.wasRetired(kid)) {
      throw new AuthError('token_not_valid', { endReason: 'key_retired', detail: tried.reason })
    }
    const isKnownNow = tried.reason === 'unknown_key' && kid !== undefined && (await keys.refreshForUnknown(kid))
    const again = isKnownNow ? tryKeys(token) : tried
    if (again.verified) return again.verified
    throw new AuthError('token_not_valid', { detail: again.reason })
  }

  /** Usually one key fits the `kid`; tokens without one, and those signed before SECRET_KEY was replaced, may need more. */
  function tryKeys(token: string): Tried {
    const options = { ignoresHints: rules.isLenient }
    for (let position = 0; ; position++) {
      let candidates = 0
      let presentedKid: string | undefined
      const verification = verifyJwt(
        token,
        (kid) => {
          const fitting = keys.find(kid)
          presentedKid = kid
          candidates = fitting.length
          return fitting[position]
        },
        options,
      )
      if (verification.kind === 'verified') return { verified: verification }
      if (position + 1 >= candidates) return { reason: verification.reason, kid: presentedKid }
    }
  }

  function checkUse({ header, claims }: OpenedToken, use: TokenUse | 'either'): void {
    const fault = checkShape(claims, header, use, rules)
    if (fault) throw refusal(fault)
  }

  async function verify(token: string, now: number, use: 'access' | 'either'): Promise<JwtClaims> {
    const remembered = cache.get(token, now, isKeyValid)
    if (remembered) return remembered.claims
    const opened = await open(token, now)
    checkUse(opened, use)
    remember(token, opened)
    return opened.claims
  }

  function remember(token: string, { header, claims }: OpenedToken): void {
    const expiresAt = readExpiresAt(claims)
    const isAccess = checkShape(claims, header, 'access', rules) === undefined
    if (isAccess && expiresAt !== undefined) cache.put(token, { claims, kid: header.kid, expiresAt })
  }

  return {
    open,
    openExpired(token, now) {
      const { verified } = tryKeys(token)
      const expiresAt = verified && readExpiresAt(verified.claims)
      if (verified === undefined || expiresAt === undefined || now < expiresAt) return undefined
      const { header, claims } = verified
      return checkClaims(claims, rules, expiresAt - 1) === undefined ? { header, claims } : undefined
    },
    checkUse,
    verifyAccess: (token, now) => verify(token, now, 'access'),
    verifyEither: (token, now) => verify(token, now, 'either'),
  }
}

function refusal({ reason, detail }: ClaimsFault): AuthError {
  return new AuthError(codes[reason], { detail })
}
