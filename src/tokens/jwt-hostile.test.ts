import { createHmac, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  asPart,
  base64url,
  claims,
  claimsOf,
  findKey,
  forge,
  hs256,
  p256,
  refusalOf,
  rsa,
  secret,
} from '../../test/support/forged-tokens.ts'
import { maxClaimsDepth, maxJwtLength, signJwt, verifyJwt } from './jwt.ts'
import { createAsymmetricJwtKey } from './jwt-key.ts'

// The tokens of RFC 8725 and of other servers' advisories, by name. All of them are presented to keys of every algorithm.

describe('hostile tokens', () => {
  it.each(['none', 'None', 'NONE', 'nOnE', ' none', 'none\0', ''])('refuses the alg %j, signed or not', (alg) => {
    expect(refusalOf(forge({ ...hs256, alg }))).toBe('wrong_algorithm')
    expect(refusalOf(`${asPart({ ...hs256, alg })}.${asPart(claims)}.`)).toBe('wrong_algorithm')
  })

  it.each([
    'hs256',
    'Hs256',
    'HS256 ',
    'HS-256',
    'HS2560',
    'HS384',
    'HS512',
    'ES256',
    'RS256',
    'EdDSA',
    'Ed25519',
    'A256KW',
  ])('refuses the alg %j for an HS256 key, although the HMAC is right', (alg) => {
    expect(refusalOf(forge({ ...hs256, alg }))).toBe('wrong_algorithm')
  })

  it.each([null, true, 256, ['HS256'], { alg: 'HS256' }, undefined])(
    'refuses the alg %j, which is not a text',
    (alg) => {
      expect(refusalOf(forge({ ...hs256, alg }))).toBe('bad_header')
    },
  )

  it('refuses an HMAC whose secret is the public key, in every form of it (CVE-2023-48223, CVE-2026-34950)', () => {
    for (const [kid, { publicKey }] of Object.entries({ es: p256, rs: rsa })) {
      const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
      const der = publicKey.export({ type: 'spki', format: 'der' })
      const jwk = JSON.stringify(publicKey.export({ format: 'jwk' }))
      for (const key of [pem, pem.trim(), ` ${pem}`, `\n${pem}`, `x\n${pem}`, pem.replaceAll('\n', '\r\n'), der, jwk]) {
        expect(refusalOf(forge({ alg: 'HS256', kid }, claims, key))).toBe('wrong_algorithm')
      }
    }
  })

  it('refuses an asymmetric algorithm for the secret of an HS256 key', () => {
    const key = createAsymmetricJwtKey({ kid: 'hs', algorithm: 'ES256', key: p256.privateKey })
    expect(refusalOf(signJwt(key, { typ: 'JWT' }, claims))).toBe('wrong_algorithm')
  })

  it.each([
    '../../../../dev/null',
    '/dev/null',
    "x' UNION SELECT 'secret' --",
    '__proto__',
    'constructor',
    'toString',
    'hs\0',
    'HS',
    '',
    ' hs',
  ])('finds no key under the kid %j', (kid) => {
    expect(refusalOf(forge({ ...hs256, kid }, claims, ''))).toBe('unknown_key')
    expect(refusalOf(forge({ ...hs256, kid }))).toBe('unknown_key')
  })

  it.each([null, 1, true, ['hs'], { hs: 'hs' }, 'k'.repeat(256)])('does not look for the kid %j', (kid) => {
    const token = forge({ ...hs256, kid })
    const verification = verifyJwt(token, () => expect.fail('looked for a key'))
    expect(verification).toEqual({ kind: 'refused', reason: 'bad_header' })
  })

  it('refuses a token without kid if every key has one', () => {
    expect(refusalOf(forge({ alg: 'HS256' }))).toBe('unknown_key')
  })

  it.each([null, 5, ['JWT'], {}])('refuses the typ %j, which is not a text', (typ) => {
    expect(refusalOf(forge({ ...hs256, typ }))).toBe('bad_header')
  })

  it('refuses a key that comes with the token: jwk, jku, x5u, x5c', () => {
    const own = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const jwk = own.publicKey.export({ format: 'jwk' })
    const hostile = createAsymmetricJwtKey({ kid: 'es', algorithm: 'ES256', key: own.privateKey })
    expect(refusalOf(signJwt(hostile, { typ: 'JWT' }, claims))).toBe('bad_signature')
    const brought = { jwk, jku: 'http://127.0.0.1:9/jwks', x5u: 'http://127.0.0.1:9/x5u', x5c: ['MIIB'] }
    for (const [name, value] of Object.entries(brought)) {
      expect(refusalOf(forge({ ...hs256, [name]: value }))).toBe('unsupported_header')
    }
  })

  it.each([
    [['exp']],
    [['b64']],
    [['http://example.invalid/unknown']],
    [[]],
    [null],
    [''],
    ['exp'],
    [{}],
    [false],
    [0],
  ])('refuses crit %j with a valid signature (CVE-2026-35042, CVE-2026-32597)', (crit) => {
    expect(refusalOf(forge({ ...hs256, crit }))).toBe('unsupported_header')
  })

  it.each([true, false, null, 'false'])('refuses b64 %j, with and without crit (RFC 7797)', (b64) => {
    expect(refusalOf(forge({ ...hs256, b64 }))).toBe('unsupported_header')
    expect(refusalOf(forge({ ...hs256, b64, crit: ['b64'] }))).toBe('unsupported_header')
  })

  it.each(['zip', 'enc'])('refuses the parameter %s of encrypted tokens', (name) => {
    expect(refusalOf(forge({ ...hs256, [name]: 'DEF' }))).toBe('unsupported_header')
  })

  it('refuses a password-based encrypted token before any work is done (CVE-2022-36083)', () => {
    const header = { alg: 'PBES2-HS512+A256KW', enc: 'A256GCM', p2c: 2 ** 31 - 1, p2s: 'c2FsdA' }
    expect(refusalOf(`${asPart(header)}.AA.AA.AA.AA`)).toBe('not_three_parts')
    expect(refusalOf(forge(header))).toBe('unsupported_header')
  })

  it('counts the last of members that occur twice, as PyJWT and jose do', () => {
    expect(refusalOf(forge('{"alg":"none","alg":"HS256","kid":"x","kid":"hs"}'))).toBe('verified')
    expect(refusalOf(forge('{"alg":"HS256","kid":"hs","alg":"none"}'))).toBe('wrong_algorithm')
    expect(refusalOf(forge('{"alg":"HS256","kid":"hs","crit":["x"],"crit":null}'))).toBe('unsupported_header')
    const verification = verifyJwt(forge(hs256, '{"user_id":2,"user_id":1}'), findKey)
    expect(claimsOf(verification)).toEqual({ user_id: 1 })
  })

  it('recognises escaped names of parameters', () => {
    expect(refusalOf(forge('{"alg":"HS256","kid":"hs","\\u0063rit":["x"]}'))).toBe('unsupported_header')
  })

  it('reads no parameter from the prototype', () => {
    expect(refusalOf(forge('{"__proto__":{"alg":"HS256","kid":"hs"}}'))).toBe('bad_header')
    expect(refusalOf(forge('{"alg":"HS256","kid":"hs","__proto__":{"crit":["x"]}}'))).toBe('verified')
  })

  it('leaves a claim named __proto__ where it is, and pollutes nothing', () => {
    const verified = claimsOf(verifyJwt(forge(hs256, '{"user_id":1,"__proto__":{"isAdmin":true}}'), findKey))
    expect(verified.isAdmin).toBeUndefined()
    expect({ ...verified }.isAdmin).toBeUndefined()
    expect(Object.keys(verified)).toEqual(['user_id', '__proto__'])
    expect(Object.hasOwn(Object.prototype, 'isAdmin')).toBe(false)
  })

  it('refuses megabytes of dots by their length alone (CVE-2025-30204, CVE-2025-27144)', () => {
    expect(refusalOf('.'.repeat(5_000_000))).toBe('too_long')
    expect(refusalOf('.'.repeat(maxJwtLength))).toBe('not_three_parts')
    expect(refusalOf(forge(hs256, { filler: 'x'.repeat(maxJwtLength) }))).toBe('too_long')
  })

  it.each([
    undefined,
    null,
    0,
    1,
    true,
    Symbol('token'),
    {},
    [],
    ['a.b.c'],
    () => 'a.b.c',
    Buffer.from('a.b.c'),
    new Date(0),
  ])('refuses what is not a text: %o', (token) => {
    expect(refusalOf(token)).toBe('not_text')
  })

  it.each([
    ['an array', '[]'],
    ['an array of claims', [claims]],
    ['null', 'null'],
    ['a number', '1'],
    ['a text', '"text"'],
    ['nothing', ''],
    ['a byte order mark', `\uFEFF${JSON.stringify(claims)}`],
    ['a trailing comma', '{"user_id":1,}'],
    ['two objects', '{}{}'],
    ['NaN', '{"exp":NaN}'],
    ['Infinity', '{"exp":Infinity}'],
    ['single quotes', "{'user_id':1}"],
  ])('refuses %s as a header or a payload', (_, content) => {
    expect(refusalOf(forge(content))).toBe('bad_header')
    expect(refusalOf(forge(hs256, content))).toBe('bad_payload')
  })

  it('refuses invalid UTF-8 in a payload with a valid signature', () => {
    const signingInput = `${asPart(hs256)}.${base64url(Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]))}`
    const signature = createHmac('sha256', secret).update(signingInput).digest('base64url')
    expect(refusalOf(`${signingInput}.${signature}`)).toBe('bad_payload')
  })

  it('limits how deeply claims are nested', () => {
    const nested = (depth: number) => `{"deep":${'['.repeat(depth)}${']'.repeat(depth)}}`
    expect(refusalOf(forge(hs256, nested(maxClaimsDepth)))).toBe('verified')
    expect(refusalOf(forge(hs256, nested(maxClaimsDepth + 1)))).toBe('bad_payload')
    expect(refusalOf(forge(hs256, nested(2900)))).toBe('bad_payload')
    expect(refusalOf(forge(`{"alg":"HS256","kid":"hs","deep":${'['.repeat(2900)}${']'.repeat(2900)}}`))).toBe(
      'verified',
    )
  })
})
