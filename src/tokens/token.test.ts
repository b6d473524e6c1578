import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildAccessClaims, buildRefreshClaims, type ClaimsRules } from './claims.ts'
import type { JwtClaims } from './jwt.ts'
import { isExtraTooLarge, maxExtraClaimsBytes, readToken, requireUid } from './token.ts'

const nowSeconds = 1_900_000_000
const now = nowSeconds * 1000

const strict: ClaimsRules = {
  isLenient: false,
  userIdClaim: 'user_id',
  issuer: 'https://auth.example',
  audience: undefined,
  hasSubject: true,
  leewayMs: 0,
  lifetimesMs: { access: 300_000, refresh: 86_400_000 },
}
const lenient: ClaimsRules = { ...strict, isLenient: true, issuer: undefined, hasSubject: false }

const newToken = { subject: 7, tokenId: '0f'.repeat(16), sessionId: 'a1', issuedAt: now, expiresAt: now + 300_000 }

const asJson = (value: unknown) => JSON.parse(JSON.stringify(value))
const read = (claims: JwtClaims, rules = strict) => readToken(claims, rules)

describe('a token as it is read', () => {
  it('equals what was issued', () => {
    expect(read(asJson(buildAccessClaims(newToken, strict)))).toEqual({
      use: 'access',
      subject: { kind: 'named', uid: '7' },
      sessionId: 'a1',
      tokenId: '0f'.repeat(16),
      issuedAt: now,
      expiresAt: now + 300_000,
      extra: {},
    })
  })

  it.each([
    [1, '1'],
    ['1', '1'],
    [Number.MAX_SAFE_INTEGER, String(Number.MAX_SAFE_INTEGER)],
    ['0191f5d2-9c3e-7a70-b2f1-0242ac120002', '0191f5d2-9c3e-7a70-b2f1-0242ac120002'],
  ])('names the account %j', (value, uid) => {
    expect(read({ user_id: value }).subject).toEqual({ kind: 'named', uid })
  })

  it.each([0, -1, 1.5, 1e308, 2 ** 53, true, false, null, [[]], [[1]], {}, '', '9'.repeat(256), 'a\0', '\ud800'])(
    'names no account with %j',
    (value) => {
      expect(read({ user_id: value }).subject).toEqual({ kind: 'unusable' })
      expect(() => requireUid(read({ user_id: value }))).toThrow('account_not_found')
    },
  )

  it('distinguishes a missing account from an unusable one, whatever the claim is called', () => {
    const subjectOf = (claims: JwtClaims, userIdClaim: string) => read(claims, { ...strict, userIdClaim }).subject
    expect(subjectOf({ user_id: 1 }, 'uid')).toEqual({ kind: 'missing' })
    expect(subjectOf({}, 'constructor')).toEqual({ kind: 'missing' })
    expect(subjectOf({ uid: 1 }, 'uid')).toEqual({ kind: 'named', uid: '1' })
    expect(() => requireUid(read({}))).toThrow('token_without_account')
  })

  it('has ids that a database can store, or none', () => {
    expect(read({ jti: 'abc', sid: 'def' })).toMatchObject({ tokenId: 'abc', sessionId: 'def' })
    for (const value of [undefined, null, 5, '', 'x'.repeat(256), 'a\0', '\udc00', ['abc']]) {
      expect(read({ jti: value, sid: value })).toMatchObject({ tokenId: undefined, sessionId: undefined })
    }
  })

  it('of SimpleJWT has any id but null', () => {
    const idOf = (jti: unknown) => read({ jti }, lenient).tokenId
    expect([5, '', true, ['abc']].map(idOf)).toEqual(['5', '""', 'true', '["abc"]'])
    expect([undefined, null].map(idOf)).toEqual([undefined, undefined])
  })

  it('has its times in epoch milliseconds', () => {
    expect(read({ exp: nowSeconds + 0.9, iat: nowSeconds + 0.5 })).toMatchObject({
      expiresAt: now,
      issuedAt: now + 500,
    })
    for (const value of [undefined, null, 'soon', 1e308, -1e308, []]) {
      expect(read({ exp: value, iat: value })).toMatchObject({ expiresAt: undefined, issuedAt: undefined })
    }
  })

  it('has the use of one of ours, or none', () => {
    const useOf = (use: unknown) => read({ token_type: use }, lenient).use
    expect(['access', 'refresh', 'sliding', 5, undefined].map(useOf)).toEqual([
      'access',
      'refresh',
      undefined,
      undefined,
      undefined,
    ])
  })
})

describe('further claims', () => {
  it('are all but our own', () => {
    const claims = { ...asJson(buildAccessClaims(newToken, strict)), role: 'cook', aud: ['x'], nbf: 1, amr: ['pwd'] }
    expect(read(claims).extra).toEqual({ role: 'cook', aud: ['x'], nbf: 1, amr: ['pwd'] })
    expect(read({ iss: 'them', sub: '9', user_id: 9 }, lenient).extra).toEqual({ iss: 'them', sub: '9' })
    expect(read({ user_id: 1, uid: 2 }, { ...lenient, userIdClaim: 'uid' }).extra).toEqual({ user_id: 1 })
  })

  it('survive any number of refreshes unchanged', () => {
    const names = fc.oneof(
      fc.constantFrom('exp', 'jti', 'user_id', 'sid', 'iss', 'sub', 'nbf', '__proto__'),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.dictionary(names, fc.jsonValue()), (extra) => {
        const first = asJson(buildRefreshClaims({ ...newToken, extra: asJson(extra) }, lenient))
        const second = asJson(buildRefreshClaims({ ...newToken, extra: read(first, lenient).extra }, lenient))
        expect(JSON.stringify(second)).toBe(JSON.stringify(first))
      }),
    )
  })

  it('keep a claim named __proto__ as a mere claim', () => {
    const { extra } = read(JSON.parse('{"__proto__":{"isAdmin":true},"role":"cook"}'), lenient)
    const claims = buildAccessClaims({ ...newToken, extra }, lenient)
    expect(claims.isAdmin).toBeUndefined()
    expect(JSON.stringify(claims)).toContain('"__proto__":{"isAdmin":true}')
  })

  it('are bounded in bytes, not in characters', () => {
    const text = (bytes: number) => 'x'.repeat(bytes - '{"a":""}'.length)
    const isTooLarge = (a: string) => isExtraTooLarge(read({ a }))
    expect(isTooLarge(text(maxExtraClaimsBytes))).toBe(false)
    expect(isTooLarge(text(maxExtraClaimsBytes + 1))).toBe(true)
    expect(isTooLarge('ü'.repeat(maxExtraClaimsBytes / 2))).toBe(true)
    expect(isExtraTooLarge(read({}))).toBe(false)
  })
})
