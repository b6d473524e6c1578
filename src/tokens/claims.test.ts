import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  buildAccessClaims,
  buildRefreshClaims,
  type ClaimsRules,
  checkClaims,
  checkShape,
  jwtTypeOf,
  type NewToken,
} from './claims.ts'

const nowSeconds = 1_900_000_000
const now = nowSeconds * 1000
const minuteMs = 60_000

const strict: ClaimsRules = {
  isLenient: false,
  userIdClaim: 'user_id',
  issuer: 'https://auth.example',
  audience: undefined,
  hasSubject: true,
  leewayMs: 0,
  lifetimesMs: { access: 5 * minuteMs, refresh: 24 * 60 * minuteMs },
}
const lenient: ClaimsRules = { ...strict, isLenient: true, issuer: undefined, hasSubject: false }

const aToken = (changes: Partial<NewToken> = {}): NewToken => ({
  subject: 7,
  tokenId: '0f'.repeat(16),
  sessionId: 'a1'.repeat(16),
  issuedAt: now,
  expiresAt: now + 5 * minuteMs,
  ...changes,
})

const anyExtra = fc.dictionary(
  fc.oneof(
    fc.constantFrom('token_type', 'exp', 'iat', 'jti', 'user_id', 'sid', 'iss', 'aud', 'sub', 'nbf', '__proto__'),
    fc.string(),
  ),
  fc.jsonValue(),
)

describe('building', () => {
  it('writes the five claims of the contract, sid, iss and sub', () => {
    expect(buildAccessClaims(aToken(), strict)).toEqual({
      token_type: 'access',
      exp: nowSeconds + 300,
      iat: nowSeconds,
      jti: '0f'.repeat(16),
      user_id: 7,
      sid: 'a1'.repeat(16),
      iss: 'https://auth.example',
      sub: '7',
    })
  })

  it('writes only the five claims of the contract if nothing else is set', () => {
    const claims = buildRefreshClaims(aToken({ sessionId: undefined }), lenient)
    expect(claims).toEqual({
      token_type: 'refresh',
      exp: nowSeconds + 300,
      iat: nowSeconds,
      jti: '0f'.repeat(16),
      user_id: 7,
    })
  })

  it('writes aud if it is set, and the user id under the configured name', () => {
    const claims = buildAccessClaims(aToken(), { ...strict, audience: 'shop', userIdClaim: 'uid' })
    expect(claims).toMatchObject({ aud: 'shop', uid: 7 })
    expect(claims).not.toHaveProperty('user_id')
  })

  it('writes the uid of an account as text if it is not a number', () => {
    const claims = buildAccessClaims(aToken({ subject: 'b6e9…' }), strict)
    expect(claims).toMatchObject({ user_id: 'b6e9…', sub: 'b6e9…' })
  })

  it('keeps the user id a number if its claim is sub', () => {
    expect(buildAccessClaims(aToken(), { ...strict, userIdClaim: 'sub' }).sub).toBe(7)
  })

  it('truncates times to whole seconds', () => {
    const claims = buildAccessClaims(aToken({ issuedAt: now + 999, expiresAt: now + 1999 }), strict)
    expect(claims).toMatchObject({ iat: nowSeconds, exp: nowSeconds + 1 })
  })

  it('writes every claim that the profile requires, in access tokens (RFC 9068 §2.2)', () => {
    const complete = { ...strict, audience: 'shop' }
    const claims = buildAccessClaims(aToken({ extra: { client_id: 'theirs' } }), complete)
    for (const name of ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti']) expect(claims).toHaveProperty(name)
    expect(claims.client_id).toBe('latchkey')
    expect(buildRefreshClaims(aToken(), complete)).not.toHaveProperty('client_id')
  })

  it('declares the profile of access tokens by typ only if it is complete (RFC 9068 §2)', () => {
    const complete = { ...strict, audience: 'shop' }
    expect(jwtTypeOf('access', complete)).toBe('at+jwt')
    expect(jwtTypeOf('refresh', complete)).toBe('JWT')
    for (const lacks of [{ audience: undefined }, { issuer: undefined }, { userIdClaim: 'sub' }]) {
      expect(jwtTypeOf('access', { ...complete, ...lacks })).toBe('JWT')
    }
    expect(jwtTypeOf('refresh', strict)).toBe('JWT')
    expect(jwtTypeOf('access', lenient)).toBe('JWT')
    expect(jwtTypeOf('refresh', lenient)).toBe('JWT')
  })

  it('adds further claims, which never replace one of ours', () => {
    fc.assert(
      fc.property(anyExtra, (extra) => {
        const plain = buildAccessClaims(aToken(), { ...strict, audience: 'shop' })
        const claims = buildAccessClaims(aToken({ extra }), { ...strict, audience: 'shop' })
        expect(claims).toMatchObject(plain)
        expect(Object.getPrototypeOf(claims)).toBe(Object.prototype)
        for (const name of Object.keys(extra)) expect(Object.hasOwn(claims, name)).toBe(true)
      }),
    )
  })

  it('takes no session, use or time from further claims, even if it sets none itself', () => {
    const extra = { sid: 'forged', token_type: 'refresh', exp: 1, iat: 1, jti: 'forged', user_id: 1, role: 'cook' }
    const claims = buildAccessClaims(aToken({ sessionId: undefined, extra }), strict)
    expect(claims).toEqual({ ...buildAccessClaims(aToken({ sessionId: undefined }), strict), role: 'cook' })
  })

  it('passes its own checks', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300_000 }), fc.boolean(), (lifetimeMs, isAccess) => {
        fc.pre(lifetimeMs >= 1000)
        const token = aToken({ issuedAt: now + 999, expiresAt: now + 999 + lifetimeMs })
        const use = isAccess ? 'access' : 'refresh'
        const claims = (isAccess ? buildAccessClaims : buildRefreshClaims)(token, strict)
        expect(checkClaims(claims, strict, now + 999)).toBeUndefined()
        expect(checkShape(claims, { typ: jwtTypeOf(use, strict) }, use, strict)).toBeUndefined()
      }),
    )
  })
})
