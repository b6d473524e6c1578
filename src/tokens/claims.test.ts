import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  buildAccessClaims,
  buildRefreshClaims,
  type ClaimsRules,
  checkClaims,
  checkShape,
  extraClaims,
  jwtTypeOf,
  maxExtraClaimsBytes,
  type NewToken,
  readAccountId,
  readExpiresAt,
  readIssuedAt,
  readSessionId,
  readTokenId,
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
  accountId: 7,
  tokenId: '0f'.repeat(16),
  sessionId: 'a1'.repeat(16),
  issuedAt: now,
  expiresAt: now + 5 * minuteMs,
  ...changes,
})

/** The claims of an access token issued now, as JSON brings them back. */
const accessClaims = (changes: Record<string, unknown> = {}): Record<string, unknown> =>
  JSON.parse(JSON.stringify({ ...buildAccessClaims(aToken(), strict), ...changes }))

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

  it('writes nothing but the five claims of the contract where nothing else is set', () => {
    const claims = buildRefreshClaims(aToken({ sessionId: undefined }), lenient)
    expect(claims).toEqual({
      token_type: 'refresh',
      exp: nowSeconds + 300,
      iat: nowSeconds,
      jti: '0f'.repeat(16),
      user_id: 7,
    })
  })

  it('writes aud when it is set, and the user id under the name it was given', () => {
    const claims = buildAccessClaims(aToken(), { ...strict, audience: 'shop', userIdClaim: 'uid' })
    expect(claims).toMatchObject({ aud: 'shop', uid: 7 })
    expect(claims).not.toHaveProperty('user_id')
  })

  it('keeps the user id a number where its claim is sub', () => {
    expect(buildAccessClaims(aToken(), { ...strict, userIdClaim: 'sub' }).sub).toBe(7)
  })

  it('cuts times to whole seconds', () => {
    const claims = buildAccessClaims(aToken({ issuedAt: now + 999, expiresAt: now + 1999 }), strict)
    expect(claims).toMatchObject({ iat: nowSeconds, exp: nowSeconds + 1 })
  })

  it('marks access tokens by typ, unless lenient, and refresh tokens never (RFC 9068 §2.1)', () => {
    expect(jwtTypeOf('access', strict)).toBe('at+jwt')
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

  it('takes no session, use or time from further claims, also where it sets none itself', () => {
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

describe('reading', () => {
  it.each([
    [1, 1],
    ['1', 1],
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    [String(Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER],
  ])('reads the account id %j', (value, accountId) => {
    expect(readAccountId({ user_id: value }, 'user_id')).toEqual({ kind: 'present', accountId })
  })

  it.each([
    0,
    -1,
    1.5,
    1e308,
    2 ** 53,
    true,
    false,
    null,
    [],
    [1],
    {},
    '',
    '0',
    '01',
    '-1',
    '+1',
    ' 1',
    '1 ',
    '1.0',
    '1e3',
    '0x1',
    '١',
    'one',
    '9007199254740992',
    '9'.repeat(5000),
  ])('finds the account id %j unusable', (value) => {
    expect(readAccountId({ user_id: value }, 'user_id')).toEqual({ kind: 'unusable' })
  })

  it('tells a missing account id from an unusable one, whatever the claim is called', () => {
    expect(readAccountId({ user_id: 1 }, 'uid')).toEqual({ kind: 'missing' })
    expect(readAccountId({}, 'constructor')).toEqual({ kind: 'missing' })
    expect(readAccountId({ uid: 1 }, 'uid')).toEqual({ kind: 'present', accountId: 1 })
  })

  it('reads ids only as text that a database can store', () => {
    expect(readTokenId({ jti: 'abc' })).toBe('abc')
    expect(readSessionId({ sid: 'abc' })).toBe('abc')
    for (const value of [undefined, null, 5, '', 'x'.repeat(256), 'a\0', '\udc00', ['abc']]) {
      expect(readTokenId({ jti: value })).toBeUndefined()
      expect(readSessionId({ sid: value })).toBeUndefined()
    }
  })

  it('reads times as epoch milliseconds', () => {
    expect(readExpiresAt({ exp: nowSeconds })).toBe(now)
    expect(readExpiresAt({ exp: nowSeconds + 0.9 })).toBe(now)
    expect(readIssuedAt({ iat: nowSeconds })).toBe(now)
    expect(readIssuedAt({ iat: nowSeconds + 0.5 })).toBe(now + 500)
    for (const value of [undefined, null, 'soon', 1e308, -1e308, []]) {
      expect(readExpiresAt({ exp: value })).toBeUndefined()
      expect(readIssuedAt({ iat: value })).toBeUndefined()
    }
  })
})

describe('further claims', () => {
  it('are all but our own', () => {
    const claims = accessClaims({ role: 'cook', aud: ['x'], nbf: 1, amr: ['pwd'] })
    expect(extraClaims(claims, 'user_id')).toEqual({
      role: 'cook',
      aud: ['x'],
      nbf: 1,
      amr: ['pwd'],
      iss: 'https://auth.example',
      sub: '7',
    })
    expect(extraClaims({ user_id: 1, uid: 2 }, 'uid')).toEqual({ user_id: 1 })
  })

  it('survive any number of refreshes unchanged', () => {
    fc.assert(
      fc.property(anyExtra, (extra) => {
        const json = (value: unknown) => JSON.parse(JSON.stringify(value))
        const first = json(buildRefreshClaims(aToken({ extra: json(extra) }), lenient))
        const second = json(buildRefreshClaims(aToken({ extra: extraClaims(first, 'user_id') }), lenient))
        expect(JSON.stringify(second)).toBe(JSON.stringify(first))
      }),
    )
  })

  it('carry a claim named __proto__ along as nothing but a claim', () => {
    const extra = extraClaims(JSON.parse('{"__proto__":{"isAdmin":true},"role":"cook"}'), 'user_id')
    const claims = buildAccessClaims(aToken({ extra }), lenient)
    expect(claims.isAdmin).toBeUndefined()
    expect(JSON.stringify(claims)).toContain('"__proto__":{"isAdmin":true}')
  })

  it('are bounded in bytes, not in characters', () => {
    const text = (bytes: number) => 'x'.repeat(bytes - '{"a":""}'.length)
    expect(extraClaims({ a: text(maxExtraClaimsBytes) }, 'user_id')).toBeDefined()
    expect(extraClaims({ a: text(maxExtraClaimsBytes + 1) }, 'user_id')).toBeUndefined()
    expect(extraClaims({ a: 'ü'.repeat(maxExtraClaimsBytes / 2) }, 'user_id')).toBeUndefined()
  })
})
