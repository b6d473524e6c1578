import { AuthError } from '../errors.ts'
import type { CarryOver } from './carry-over/carry-over.ts'
import { type ClaimsRules, checkClaims, checkShape } from './claims.ts'
import { type JwtRefusal, type JwtVerification, verifyJwt } from './jwt.ts'
import type { JwtKey } from './jwt-key.ts'
import type { OpenedToken } from './opened-token.ts'
import { readToken, type Token } from './token.ts'
import { shapeRefusal } from './token-refusals.ts'
import { createVerifiedTokenCache } from './verified-token-cache.ts'

/** The server's own keys, for a verifier. */
export type VerificationKeys = {
  /** Every key that may have signed a token with this `kid` (or without one); none for an unknown `kid`. */
  find(kid: string | undefined): readonly JwtKey[]
  /** Checks whether another process has just created a key with this `kid`. True if it can be found from now on. */
  refreshForUnknown(kid: string): Promise<boolean>
  /** Whether tokens with this `kid` were valid before somebody retired the key. */
  wasRetired(kid: string): boolean
}

/** Verifies presented tokens. Does not check sessions. */
export type TokenVerifier = {
  /**
   * The first half of the checks: signature and times. It returns a promise only for a token whose key is not known
   * yet, or if CARRY_OVER_SECRET is set.
   *
   * @throws AuthError `token_not_valid`, with the end reason `key_retired` if its key was retired
   */
  open(text: string, now: number): OpenedToken | Promise<OpenedToken>
  /** An authentic token whose only fault is its age; undefined for every other one. Used to explain why it ended. */
  openExpired(text: string, now: number): Token | undefined
  /**
   * Both halves for an access token. The result is remembered for the lifetime of the token.
   *
   * @throws AuthError as above
   */
  verifyAccess(text: string, now: number): Promise<Token>
  /**
   * Both halves for a token of either use. Access tokens are remembered too. Refresh tokens are not, because they do
   * not come back.
   *
   * @throws AuthError as above
   */
  verifyEither(text: string, now: number): Promise<Token>
}

type Verified = Extract<JwtVerification, { kind: 'verified' }>

/** The result of trying the keys that fit the token's `kid`. */
type Tried = { verified: Verified } | Refused

type Refused = { verified?: never; reason: JwtRefusal; kid: string | undefined }

type TokenVerifierParts = {
  keys: VerificationKeys
  rules: ClaimsRules
  /** Accepts tokens of the server that Latchkey replaced. Default: none of them is accepted. */
  carryOver?: CarryOver | undefined
}

export function createTokenVerifier({ keys, rules, carryOver }: TokenVerifierParts): TokenVerifier {
  const cache = createVerifiedTokenCache()
  const options = { ignoresHints: rules.isLenient }
  const isKeyValid = (kid: string | undefined) => keys.find(kid).length > 0

  type Opened = OpenedToken & { kid: string | undefined }

  const open = carryOver === undefined ? openOwn : (text: string, now: number) => openAny(text, now, carryOver)

  async function openAny(text: string, now: number, carryOver: CarryOver): Promise<Opened> {
    try {
      const own = await openOwn(text, now)
      // Under the same secret, a sliding token of SimpleJWT passes as one without a use.
      return own.token.use === undefined ? { ...own, ...carryOver.open(text, now) } : own
    } catch (error) {
      const carried = error instanceof AuthError ? carryOver.open(text, now) : undefined
      if (carried === undefined) throw error
      return { ...carried, kid: undefined }
    }
  }

  function openOwn(text: string, now: number): Opened | Promise<Opened> {
    const tried = tryKeys(text)
    if (tried.verified !== undefined) return check(tried.verified, now)
    return tryNewKey(text, tried).then((verified) => check(verified, now))
  }

  function check({ header, claims }: Verified, now: number): Opened {
    const fault = checkClaims(claims, rules, now)
    if (fault) throw shapeRefusal(fault)
    return {
      token: readToken(claims, rules),
      kid: header.kid,
      checkUse(use) {
        const misuse = checkShape(claims, header, use, rules)
        if (misuse) throw shapeRefusal(misuse)
      },
      allClaims: () => claims,
    }
  }

  /** For a token that no known key has verified: another process may have created its key. */
  async function tryNewKey(token: string, refused: Refused): Promise<Verified> {
    const { reason, kid } = refused
    if (kid !== undefined && keys.wasRetired(kid)) {
      throw new AuthError('token_not_valid', { endReason: 'key_retired', detail: reason })
    }
    const isKnownNow = reason === 'unknown_key' && kid !== undefined && (await keys.refreshForUnknown(kid))
    const again = isKnownNow ? tryKeys(token) : refused
    if (again.verified) return again.verified
    throw new AuthError('token_not_valid', { detail: again.reason })
  }

  /**
   * Usually one key fits the `kid`. Tokens without one, and tokens signed before SECRET_KEY was replaced, may need
   * several.
   */
  function tryKeys(token: string): Tried {
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

  async function verify(text: string, now: number, use: 'access' | 'either'): Promise<Token> {
    const remembered = cache.get(text, now, isKeyValid)
    if (remembered) return remembered.token
    const { token, kid, checkUse } = await open(text, now)
    checkUse(use)
    const { expiresAt } = token
    // Under `either`, a lenient check accepts tokens without any use. Foreign ones are forgotten, so that they end in time.
    if (token.use === 'access' && expiresAt !== undefined && !token.isCarriedOver)
      cache.put(text, { token, kid, expiresAt })
    return token
  }

  return {
    open,
    openExpired(text, now) {
      const { verified } = tryKeys(text)
      if (verified === undefined) return undefined
      const token = readToken(verified.claims, rules)
      if (token.expiresAt === undefined || now < token.expiresAt) return undefined
      return checkClaims(verified.claims, rules, token.expiresAt - 1) === undefined ? token : undefined
    },
    verifyAccess: (text, now) => verify(text, now, 'access'),
    verifyEither: (text, now) => verify(text, now, 'either'),
  }
}
