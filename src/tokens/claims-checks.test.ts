import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildAccessClaims, type ClaimsRules, checkClaims, checkShape } from './claims.ts'

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

const token = {
  subject: 7,
  tokenId: '0f'.repeat(16),
  sessionId: 'a1'.repeat(16),
  issuedAt: now,
  expiresAt: now + 5 * minuteMs,
}

/** The claims of an access token issued now, as JSON brings them back. */
const accessClaims = (changes: Record<string, unknown> = {}, rules = strict): Record<string, unknown> =>
  JSON.parse(JSON.stringify({ ...buildAccessClaims(token, rules), ...changes }))

const without = (name: string) => {
  const { [name]: _, ...rest } = accessClaims()
  return rest
}

describe('times, whether strict or lenient', () => {
  const rules = [strict, lenient].map((one) => [one.isLenient ? 'lenient' : 'strict', one] as const)
  const reasonAt = (claims: Record<string, unknown>, at: number, some: ClaimsRules) =>
    checkClaims(claims, some, at)?.reason

  it.each(rules)('refuses a token in the very second of its exp (%s)', (_, some) => {
    const claims = accessClaims({}, some)
    expect(reasonAt(claims, now + 5 * minuteMs - 1, some)).toBeUndefined()
    expect(reasonAt(claims, now + 5 * minuteMs, some)).toBe('invalid')
  })

  it.each(rules)('allows the configured leeway, in both directions (%s)', (_, some) => {
    const claims = accessClaims({ nbf: nowSeconds }, some)
    const patient = { ...some, leewayMs: 10_000 }
    expect(reasonAt(claims, now + 5 * minuteMs + 9_999, patient)).toBeUndefined()
    expect(reasonAt(claims, now + 5 * minuteMs + 10_000, patient)).toBe('invalid')
    expect(reasonAt(claims, now - 10_000, patient)).toBeUndefined()
    expect(reasonAt(claims, now - 10_001, patient)).toBe('invalid')
  })

  it.each(rules)('refuses iat and nbf in the future (%s)', (_, some) => {
    expect(reasonAt(accessClaims({ iat: nowSeconds + 11 }, some), now + 999, some)).toBe('invalid')
    expect(reasonAt(accessClaims({ nbf: nowSeconds + 1 }, some), now + 999, some)).toBe('invalid')
    expect(reasonAt(accessClaims({ nbf: nowSeconds }, some), now, some)).toBeUndefined()
  })

  it('accepts an iat ten seconds ahead, by the clock of another process, for our own tokens only', () => {
    for (const leewayMs of [0, 9_000]) {
      expect(reasonAt(accessClaims({ iat: nowSeconds + 10 }), now, { ...strict, leewayMs })).toBeUndefined()
      expect(reasonAt(accessClaims({ iat: nowSeconds + 11 }), now, { ...strict, leewayMs })).toBe('invalid')
    }
    expect(reasonAt(accessClaims({ iat: nowSeconds + 1 }, lenient), now, lenient)).toBe('invalid')
  })

  it.each(rules)('leaves a missing exp to the second half (%s)', (_, some) => {
    const { exp, ...endless } = accessClaims({}, some)
    expect(reasonAt(endless, now, some)).toBeUndefined()
    expect(checkShape(endless, { typ: 'at+jwt' }, 'access', some)?.reason).toBe('no_exp')
  })

  const notTimes = [null, '', 'soon', [], [nowSeconds + 60], {}, { exp: 1 }, 1e308, Number.POSITIVE_INFINITY, true, -1]

  it.each(notTimes)('refuses the exp %j, strict or lenient', (exp) => {
    for (const some of [strict, lenient]) {
      expect(reasonAt({ ...accessClaims({}, some), exp }, now, some)).toBe('invalid')
    }
  })

  it('refuses an exp that is text, even if it is a number written out', () => {
    const exp = String(nowSeconds + 60)
    for (const some of [strict, lenient]) expect(reasonAt(accessClaims({ exp }, some), now, some)).toBe('invalid')
  })

  it.each([null, '', 'soon', [], {}, 1e308, Number.POSITIVE_INFINITY, String(nowSeconds)])(
    'refuses the iat %j, strict or lenient',
    (iat) => {
      for (const some of [strict, lenient]) {
        const claims = { ...accessClaims({}, some), iat }
        expect(reasonAt(claims, now, some)).toBe('invalid')
      }
    },
  )

  it.each([null, '', 'soon', [], {}, 1e308, Number.POSITIVE_INFINITY, '1.5', String(nowSeconds + 60), '9'.repeat(400)])(
    'refuses the nbf %j, strict or lenient',
    (nbf) => {
      for (const some of [strict, lenient]) {
        const claims = { ...accessClaims({}, some), nbf }
        expect(reasonAt(claims, now, some)).toBe('invalid')
      }
    },
  )

  it('accepts times only as whole, safe, positive numbers if strict', () => {
    for (const [name, value] of [
      ['exp', nowSeconds + 60.5],
      ['iat', nowSeconds - 0.5],
      ['iat', -1],
      ['iat', false],
      ['nbf', nowSeconds - 0.5],
      ['nbf', -1],
      ['nbf', true],
      ['nbf', String(nowSeconds)],
    ] as const) {
      expect(reasonAt(accessClaims({ [name]: value }), now, strict)).toBe('invalid')
      expect(reasonAt(accessClaims({ [name]: value }, lenient), now, lenient)).toBeUndefined()
    }
  })

  it('truncates a fractional exp to its second when lenient, as PyJWT does', () => {
    const claims = accessClaims({ exp: nowSeconds + 60.9 }, lenient)
    expect(reasonAt(claims, now + 59_999, lenient)).toBeUndefined()
    expect(reasonAt(claims, now + 60_000, lenient)).toBe('invalid')
  })

  it('accepts no exp beyond the last date of Python when lenient, where SimpleJWT would fail', () => {
    expect(reasonAt(accessClaims({ exp: 253_402_300_799 }, lenient), now, lenient)).toBeUndefined()
    expect(reasonAt(accessClaims({ exp: 253_402_300_800 }, lenient), now, lenient)).toBe('invalid')
  })

  it('never accepts an expired token, whatever else it says', () => {
    const anyClaims = fc.dictionary(
      fc.constantFrom('nbf', 'aud', 'sub', 'jti', 'sid', 'token_type', 'x'),
      fc.jsonValue(),
    )
    const expired = fc.oneof(fc.integer({ max: nowSeconds }), fc.double({ max: nowSeconds, noNaN: true }))
    fc.assert(
      fc.property(anyClaims, expired, fc.constantFrom(strict, lenient), (other, exp, some) => {
        const claims = { ...accessClaims({}, some), iat: 0, ...other, exp }
        return checkClaims(claims, some, now)?.reason === 'invalid'
      }),
    )
  })

  it('never throws and never accepts an exp that is not a number', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(strict, lenient), (exp, some) => {
        fc.pre(typeof exp !== 'number')
        return checkClaims({ ...accessClaims({}, some), exp }, some, now)?.reason === 'invalid'
      }),
    )
  })
})

describe('issuer and audience', () => {
  const reasonOf = (claims: Record<string, unknown>, rules: ClaimsRules) => checkClaims(claims, rules, now)?.reason
  const expecting = { ...strict, issuer: 'https://auth.example', audience: 'shop' }

  it.each([
    'https://auth.exampl',
    'https://auth.example/',
    'https://auth.examplex',
    'HTTPS://AUTH.EXAMPLE',
    '',
    null,
    7,
    ['https://auth.example'],
    ['https://auth.example', 'https://evil.example'],
    { 0: 'https://auth.example' },
  ])('refuses the iss %j (CVE-2025-30144, CVE-2024-53861)', (iss) => {
    for (const rules of [strict, { ...lenient, issuer: 'https://auth.example' }]) {
      expect(reasonOf({ ...accessClaims(), iss }, rules)).toBe('invalid')
    }
  })

  it.each([['shop'], [['shop']], [['other', 'shop']]])('accepts the aud %j', (aud) => {
    for (const isLenient of [false, true]) {
      expect(reasonOf({ ...accessClaims(), aud }, { ...expecting, isLenient })).toBeUndefined()
    }
  })

  it.each([
    ['sho'],
    ['shop2'],
    ['Shop'],
    [''],
    [null],
    [[]],
    [['other']],
    [['shop', 5]],
    [['shop', null]],
    [[['shop']]],
    [{ shop: 1 }],
  ])('refuses the aud %j', (aud) => {
    for (const isLenient of [false, true]) {
      expect(reasonOf({ ...accessClaims(), aud }, { ...expecting, isLenient })).toBe('invalid')
    }
  })

  it('refuses a token without iss or aud if they are expected', () => {
    expect(reasonOf(without('iss'), strict)).toBe('invalid')
    expect(reasonOf(accessClaims(), expecting)).toBe('invalid')
  })

  it('ignores iss and aud if none is set (contract section 5)', () => {
    const rules = { ...strict, issuer: undefined }
    for (const value of ['other', ['other'], 7, null]) {
      expect(reasonOf(accessClaims({ iss: value, aud: value }), rules)).toBeUndefined()
    }
  })
})

describe('what only a strict check refuses', () => {
  const notIds = [null, 5, ['a'], {}, 'a\0b', '\ud800', '', 'x'.repeat(256)]

  it.each<Record<string, unknown>>([
    { iat: undefined },
    ...notIds.map((jti) => ({ jti })),
    ...notIds.map((sid) => ({ sid })),
    { exp: nowSeconds + 301 },
    { exp: nowSeconds + 24 * 3600 },
  ])('an access token with %j', (changes) => {
    expect(checkClaims(accessClaims(changes), strict, now)?.reason).toBe('invalid')
    expect(checkClaims(accessClaims(changes), lenient, now)).toBeUndefined()
  })

  it('allows a refresh token its own lifetime and no more', () => {
    const refresh = { ...accessClaims(), token_type: 'refresh' }
    expect(checkClaims({ ...refresh, exp: nowSeconds + 24 * 3600 }, strict, now)).toBeUndefined()
    expect(checkClaims({ ...refresh, exp: nowSeconds + 24 * 3600 + 1 }, strict, now)?.reason).toBe('invalid')
  })
})

describe('shape', () => {
  const reasonOf = (
    claims: Record<string, unknown>,
    use: 'access' | 'refresh' | 'either',
    { rules = strict, typ = 'at+jwt' }: { rules?: ClaimsRules; typ?: string | null } = {},
  ) => checkShape(claims, { typ: typ ?? undefined }, use, rules)?.reason

  it('looks for exp, then jti, then token_type (contract section 2)', () => {
    expect(reasonOf({}, 'access')).toBe('no_exp')
    expect(reasonOf({ exp: 1 }, 'access')).toBe('no_id')
    expect(reasonOf({ exp: 1, jti: 'a' }, 'access')).toBe('no_type')
    expect(reasonOf({ exp: 1, jti: 'a', token_type: 'refresh' }, 'access')).toBe('wrong_type')
    expect(reasonOf({ exp: 1, jti: 'a', token_type: 'access' }, 'access')).toBeUndefined()
  })

  it('reads no claim from the prototype', () => {
    expect(reasonOf(JSON.parse('{"__proto__":{"exp":1,"jti":"a","token_type":"access"}}'), 'access')).toBe('no_exp')
  })

  it.each(['Access', 'access ', 'refresh', 'sliding', '', null, 1, ['access'], { access: 1 }])(
    'refuses the token_type %j for an access token, strict or lenient',
    (token_type) => {
      expect(reasonOf(accessClaims({ token_type }), 'access')).toBe('wrong_type')
      expect(reasonOf(accessClaims({ token_type }), 'access', { rules: lenient, typ: 'JWT' })).toBe('wrong_type')
    },
  )

  it('refuses an access token instead of a refresh token', () => {
    expect(reasonOf(accessClaims(), 'refresh')).toBe('wrong_type')
  })

  it('ignores token_type when lenient and either is allowed, as SimpleJWT does', () => {
    const { token_type, ...untyped } = accessClaims()
    for (const claims of [untyped, { ...untyped, token_type: null }, { ...untyped, token_type: 'sliding' }]) {
      expect(reasonOf(claims, 'either', { rules: lenient, typ: 'JWT' })).toBeUndefined()
      expect(reasonOf(claims, 'either', { typ: 'JWT' })).toMatch(/^(no|wrong)_type$/)
    }
  })

  it('still requires exp and jti if either is allowed', () => {
    expect(reasonOf(without('exp'), 'either', { rules: lenient })).toBe('no_exp')
    expect(reasonOf(without('jti'), 'either', { rules: lenient })).toBe('no_id')
  })

  it('requires the typ that belongs to the use when strict (RFC 8725 §3.11)', () => {
    const refresh = accessClaims({ token_type: 'refresh' })
    for (const typ of [null, 'AT+JWT', 'application/at+jwt', 'id+jwt']) {
      expect(reasonOf(accessClaims(), 'access', { typ })).toBe('wrong_type')
      expect(reasonOf(accessClaims(), 'either', { typ })).toBe('wrong_type')
      expect(reasonOf(accessClaims(), 'access', { typ, rules: lenient })).toBeUndefined()
    }
    expect(reasonOf(refresh, 'refresh', { typ: 'at+jwt' })).toBe('wrong_type')
    expect(reasonOf(refresh, 'either', { typ: 'at+jwt' })).toBe('wrong_type')
    expect(reasonOf(refresh, 'refresh', { typ: 'JWT' })).toBeUndefined()
    expect(reasonOf(refresh, 'either', { typ: 'JWT' })).toBeUndefined()
  })
})
