import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { CompactSign, jwtVerify, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { anyCharacter } from '../../test/support/any-character.ts'
import { type JwtRefusal, type JwtVerification, signJwt, verifyJwt } from './jwt.ts'
import { createAsymmetricJwtKey, createHmacJwtKey, type JwtKey, jwtAlgorithms } from './jwt-key.ts'

const secret = 'a secret of more than thirty-two bytes'
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })

const keys = {
  HS256: createHmacJwtKey({ kid: 'hs', secret }),
  ES256: createAsymmetricJwtKey({ kid: 'es', algorithm: 'ES256', key: p256.privateKey }),
  EdDSA: createAsymmetricJwtKey({ kid: 'ed', algorithm: 'EdDSA', key: generateKeyPairSync('ed25519').privateKey }),
  RS256: createAsymmetricJwtKey({ kid: 'rs', algorithm: 'RS256', key: rsa.privateKey }),
}
const keysById = new Map<string | undefined, JwtKey>(Object.values(keys).map((key) => [key.kid, key]))
const findKey = (kid: string | undefined) => keysById.get(kid)

const claims = { token_type: 'access', exp: 1_900_000_300, iat: 1_900_000_000, jti: '0f'.repeat(16), user_id: 1 }

const base64url = (content: string | Buffer) => Buffer.from(content).toString('base64url')

const refusalOf = (token: unknown): JwtRefusal | 'verified' => {
  const verification = verifyJwt(token, findKey)
  return verification.kind === 'verified' ? 'verified' : verification.reason
}

const claimsOf = (verification: JwtVerification) =>
  verification.kind === 'verified' ? verification.claims : expect.fail(verification.reason)

describe('signing and verifying', () => {
  it.each(jwtAlgorithms)('verifies with %s what it signed', (algorithm) => {
    const key = keys[algorithm]
    const verification = verifyJwt(signJwt(key, { typ: 'at+jwt' }, claims), findKey)
    expect(verification).toEqual({
      kind: 'verified',
      header: { alg: algorithm, typ: 'at+jwt', kid: key.kid },
      claims,
      key,
    })
  })

  it('writes the header in the order alg, typ, kid, and no kid for a key without one', () => {
    const headerOf = (token: string) => Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()
    expect(headerOf(signJwt(keys.ES256, { typ: 'at+jwt' }, claims))).toBe('{"alg":"ES256","typ":"at+jwt","kid":"es"}')
    expect(headerOf(signJwt(createHmacJwtKey({ secret }), { typ: 'JWT' }, claims))).toBe('{"alg":"HS256","typ":"JWT"}')
  })

  it('gives the same text for the same claims with HS256', () => {
    const again = createHmacJwtKey({ kid: 'hs', secret })
    expect(signJwt(again, { typ: 'JWT' }, { ...claims })).toBe(signJwt(keys.HS256, { typ: 'JWT' }, claims))
  })

  it('keeps every character of the claims', () => {
    const text = { name: 'Zoë 🗝 "\\ \u2028 \0 \ud800' }
    expect(claimsOf(verifyJwt(signJwt(keys.HS256, { typ: 'JWT' }, text), findKey))).toEqual(text)
  })

  it('judges a known header as it did the first time', () => {
    const input = `${base64url('{"alg":"HS256","kid":"hs","jku":"https://elsewhere.example"}')}.${base64url(JSON.stringify(claims))}`
    const token = `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
    const reasons = (options: { ignoresHints: boolean }) => {
      const verification = verifyJwt(token, findKey, options)
      return verification.kind === 'verified' ? 'verified' : verification.reason
    }
    // A caller that ignores hints accepts the header and keeps it. A strict caller must still refuse it.
    for (let time = 0; time < 3; time++) {
      expect(reasons({ ignoresHints: true })).toBe('verified')
      expect(reasons({ ignoresHints: false })).toBe('unsupported_header')
    }
    const known = signJwt(keys.HS256, { typ: 'JWT' }, claims)
    for (let time = 0; time < 3; time++) {
      expect(refusalOf(known)).toBe('verified')
      expect(refusalOf(known.slice(0, -1))).toBe('bad_encoding')
      expect(refusalOf(`${known.slice(0, -3)}AAA`)).not.toBe('verified')
      expect(verifyJwt(known, () => keys.ES256)).toMatchObject({ reason: 'wrong_algorithm' })
      expect(verifyJwt(known, () => undefined)).toMatchObject({ reason: 'unknown_key' })
    }
  })

  it('asks for the key without kid if the token has none', () => {
    const key = createHmacJwtKey({ secret })
    const asked: (string | undefined)[] = []
    const find = (kid: string | undefined) => {
      asked.push(kid)
      return key
    }
    expect(verifyJwt(signJwt(key, { typ: 'JWT' }, claims), find).kind).toBe('verified')
    expect(asked).toEqual([undefined])
  })

  it('cannot sign with a public key', () => {
    const key = createAsymmetricJwtKey({ algorithm: 'ES256', key: p256.publicKey })
    expect(() => signJwt(key, { typ: 'JWT' }, claims)).toThrow('cannot sign')
  })

  it('creates no token that it would refuse for its length', () => {
    const fitting = { filler: 'x'.repeat(5900) }
    expect(refusalOf(signJwt(keys.HS256, { typ: 'JWT' }, fitting))).toBe('verified')
    expect(() => signJwt(keys.HS256, { typ: 'JWT' }, { filler: 'x'.repeat(6200) })).toThrow(RangeError)
  })
})

describe('jose as a second opinion', () => {
  it.each(jwtAlgorithms)('jose verifies what is signed here with %s', async (algorithm) => {
    const { verifyKey } = keys[algorithm]
    const token = signJwt(keys[algorithm], { typ: 'at+jwt' }, claims)
    const options = { algorithms: [algorithm], typ: 'at+jwt', currentDate: new Date(1_900_000_100_000) }
    const { payload, protectedHeader } = await jwtVerify(token, verifyKey, options)
    expect(payload).toEqual(claims)
    expect(protectedHeader.kid).toBe(keys[algorithm].kid)
  })

  it.each(jwtAlgorithms)('what jose signs with %s is verified here', async (algorithm) => {
    const { kid = '', signKey = expect.fail() } = keys[algorithm]
    const token = await new SignJWT(claims).setProtectedHeader({ kid, typ: 'JWT', alg: algorithm }).sign(signKey)
    expect(claimsOf(verifyJwt(token, findKey))).toEqual(claims)
  })

  it('refuses what jose signs with an algorithm that is not on the list', async () => {
    const protectedHeader = { alg: 'HS512', kid: 'hs' }
    const content = Buffer.from(JSON.stringify(claims))
    const token = await new CompactSign(content).setProtectedHeader(protectedHeader).sign(Buffer.alloc(64, secret))
    expect(refusalOf(token)).toBe('wrong_algorithm')
    const pss = await new SignJWT(claims).setProtectedHeader({ alg: 'PS256', kid: 'rs' }).sign(rsa.privateKey)
    expect(refusalOf(pss)).toBe('wrong_algorithm')
  })
})

describe('the examples of the standards', () => {
  const payload = 'eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ'
  const content = { iss: 'joe', exp: 1_300_819_380, 'http://example.com/is_root': true }

  it('verifies RFC 7515 appendix A.1, which is RFC 7519 section 3.1 (HS256)', () => {
    const key = createHmacJwtKey({
      secret: Buffer.from(
        'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow',
        'base64url',
      ),
    })
    const token = `eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.${payload}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk`
    expect(claimsOf(verifyJwt(token, () => key))).toEqual(content)
  })

  it('verifies RFC 7515 appendix A.2 (RS256)', () => {
    const n =
      'ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-' +
      'pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2Ca' +
      'pHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb5' +
      '4h4FRWyuXpoQ'
    const signature =
      'cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr' +
      '7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--x' +
      'i12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_Ioy' +
      'pGlUPQGe77Rw'
    const publicKey = createPublicKey({ key: { kty: 'RSA', n, e: 'AQAB' }, format: 'jwk' })
    const key = createAsymmetricJwtKey({ algorithm: 'RS256', key: publicKey })
    expect(claimsOf(verifyJwt(`eyJhbGciOiJSUzI1NiJ9.${payload}.${signature}`, () => key))).toEqual(content)
  })

  it('verifies RFC 7515 appendix A.3 (ES256)', () => {
    const x = 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU'
    const y = 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0'
    const publicKey = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' })
    const key = createAsymmetricJwtKey({ algorithm: 'ES256', key: publicKey })
    const signature = 'DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q'
    expect(claimsOf(verifyJwt(`eyJhbGciOiJFUzI1NiJ9.${payload}.${signature}`, () => key))).toEqual(content)
  })

  it('finds the signature of RFC 8037 appendix A.4 (Ed25519) valid, and its payload not a claims set', () => {
    const x = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    const key = createAsymmetricJwtKey({ algorithm: 'EdDSA', key: publicKey })
    const signature = 'hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg'
    const token = `eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.${signature}`
    expect(verifyJwt(token, () => key)).toEqual({ kind: 'refused', reason: 'bad_payload' })
  })

  it('refuses the unsecured JWT of RFC 7519 section 6.1', () => {
    expect(verifyJwt(`eyJhbGciOiJub25lIn0.${payload}.`, () => keys.HS256).kind).toBe('refused')
  })
})

describe('properties', () => {
  const tokens = jwtAlgorithms.map((algorithm) => signJwt(keys[algorithm], { typ: 'at+jwt' }, claims))
  const anyToken = fc.constantFrom(...tokens)

  it('junk never throws and never verifies', () => {
    const part = fc.oneof(fc.string(), fc.base64String(), fc.json().map(base64url), fc.string({ unit: anyCharacter }))
    const junk = fc.oneof(
      fc.anything(),
      fc.string({ unit: anyCharacter, maxLength: 400 }),
      fc.array(part).map((parts) => parts.join('.')),
    )
    fc.assert(fc.property(junk, (token) => verifyJwt(token, () => keys.HS256).kind === 'refused'))
  })

  it('headers of every kind never throw and never verify without the signature', () => {
    const header = fc.record(
      {
        alg: fc.oneof(fc.constantFrom(...jwtAlgorithms, 'none'), fc.anything()),
        kid: fc.constantFrom('hs', 'es', 'ed', 'rs'),
        x: fc.anything(),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(header, fc.jsonValue(), fc.uint8Array({ maxLength: 300 }), (parameters, payload, signature) => {
        const text = JSON.stringify(parameters, (_, value) => (typeof value === 'bigint' ? String(value) : value))
        const token = `${base64url(text)}.${base64url(JSON.stringify(payload))}.${base64url(Buffer.from(signature))}`
        return verifyJwt(token, findKey).kind === 'refused'
      }),
    )
  })

  it('a token with one character replaced never verifies', () => {
    fc.assert(
      fc.property(
        anyToken,
        fc.nat(),
        fc.string({ unit: anyCharacter, minLength: 1, maxLength: 1 }),
        (token, at, character) => {
          const index = at % token.length
          fc.pre(token[index] !== character)
          const changed = token.slice(0, index) + character + token.slice(index + 1)
          return verifyJwt(changed, findKey).kind === 'refused'
        },
      ),
    )
  })

  it('the parts of two tokens never form a third', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...tokens.flatMap((token) => token.split('.'))), { maxLength: 5 }),
        (parts) => {
          const token = parts.join('.')
          return (verifyJwt(token, findKey).kind === 'verified') === tokens.includes(token)
        },
      ),
    )
  })

  it('any signed claims are read back unchanged', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 8 }), (signed) => {
        const text = JSON.stringify(signed)
        fc.pre(text.length < 5000)
        const verified = claimsOf(verifyJwt(signJwt(keys.HS256, { typ: 'JWT' }, signed), findKey))
        expect(JSON.stringify(verified)).toBe(JSON.stringify(JSON.parse(text)))
      }),
    )
  })
})
