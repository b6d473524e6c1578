import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type JwtRefusal, type JwtVerification, maxClaimsDepth, maxJwtLength, signJwt, verifyJwt } from './jwt.ts'
import { createAsymmetricJwtKey, createHmacJwtKey, type JwtKey } from './jwt-key.ts'

// The tokens of RFC 8725 and of other servers' advisories, by name. All of them are presented to keys of every algorithm.

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

const asPart = (content: unknown) => base64url(typeof content === 'string' ? content : JSON.stringify(content))

/** A token with a right HS256 signature whatever header and payload say. Texts are taken as they are, the rest as JSON. */
function forge(header: unknown, payload: unknown = claims, key: string | Buffer = secret): string {
  const signingInput = `${asPart(header)}.${asPart(payload)}`
  return `${signingInput}.${createHmac('sha256', key).update(signingInput).digest('base64url')}`
}

const hs256 = { alg: 'HS256', typ: 'JWT', kid: 'hs' }

const refusalOf = (token: unknown): JwtRefusal | 'verified' => {
  const verification = verifyJwt(token, findKey)
  return verification.kind === 'verified' ? 'verified' : verification.reason
}

const claimsOf = (verification: JwtVerification) =>
  verification.kind === 'verified' ? verification.claims : expect.fail(verification.reason)

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
  ])('refuses the alg %j for an HS256 key, though the HMAC is right', (alg) => {
    expect(refusalOf(forge({ ...hs256, alg }))).toBe('wrong_algorithm')
  })

  it.each([null, true, 256, ['HS256'], { alg: 'HS256' }, undefined])('refuses the alg %j, which is no text', (alg) => {
    expect(refusalOf(forge({ ...hs256, alg }))).toBe('bad_header')
  })

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

  it('refuses a token without kid where every key has one', () => {
    expect(refusalOf(forge({ alg: 'HS256' }))).toBe('unknown_key')
  })

  it.each([null, 5, ['JWT'], {}])('refuses the typ %j, which is no text', (typ) => {
    expect(refusalOf(forge({ ...hs256, typ }))).toBe('bad_header')
  })

  it('refuses a key the token brings along: jwk, jku, x5u, x5c', () => {
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
  ])('refuses crit %j, signed as it is (CVE-2026-35042, CVE-2026-32597)', (crit) => {
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

  it('sees through escapes in the names of parameters', () => {
    expect(refusalOf(forge('{"alg":"HS256","kid":"hs","\\u0063rit":["x"]}'))).toBe('unsupported_header')
  })

  it('takes no parameter from the prototype', () => {
    expect(refusalOf(forge('{"__proto__":{"alg":"HS256","kid":"hs"}}'))).toBe('bad_header')
    expect(refusalOf(forge('{"alg":"HS256","kid":"hs","__proto__":{"crit":["x"]}}'))).toBe('verified')
  })

  it('leaves a claim named __proto__ where it is, polluting nothing', () => {
    const verified = claimsOf(verifyJwt(forge(hs256, '{"user_id":1,"__proto__":{"isAdmin":true}}'), findKey))
    expect(verified.isAdmin).toBeUndefined()
    expect({ ...verified }.isAdmin).toBeUndefined()
    expect(Object.keys(verified)).toEqual(['user_id', '__proto__'])
    expect(Object.hasOwn(Object.prototype, 'isAdmin')).toBe(false)
  })

  describe('spelled otherwise', () => {
    const token = signJwt(keys.HS256, { typ: 'JWT' }, { ...claims, filler: 'xx' })
    const [header = '', payload = '', signature = ''] = token.split('.')

    it('starts from a good token whose three parts all end in unused bits', () => {
      expect(refusalOf(token)).toBe('verified')
      expect([header, payload, signature].map((part) => part.length % 4)).not.toContain(0)
    })

    it.each([
      ['padding', (part: string) => `${part}=`],
      ['double padding', (part: string) => `${part}==`],
      ['unused bits', (part: string) => withUnusedBits(part)],
      ['a space behind', (part: string) => `${part} `],
      ['a space before', (part: string) => ` ${part}`],
      ['a line break', (part: string) => `${part.slice(0, 5)}\n${part.slice(5)}`],
      ['a NUL', (part: string) => `${part}\0`],
      ['a character outside the alphabet', (part: string) => `${part.slice(0, 5)}?${part.slice(5)}`],
      ['a letter whose low byte is the right one', (part: string) => part.slice(0, -1) + widened(part.at(-1) ?? '')],
      ['a letter too many', (part: string) => part + 'A'.repeat(5 - (part.length % 4))],
      ['percent encoding', (part: string) => `%${part.charCodeAt(0).toString(16)}${part.slice(1)}`],
    ])('refuses %s in any part', (_, change) => {
      expect(refusalOf(`${change(header)}.${payload}.${signature}`)).toBe('bad_encoding')
      expect(refusalOf(`${header}.${change(payload)}.${signature}`)).toBe('bad_encoding')
      expect(refusalOf(`${header}.${payload}.${change(signature)}`)).toBe('bad_encoding')
    })

    it('refuses the other base64 alphabet', () => {
      const other = forge(hs256, '{"filler":"???>>>~~~"}')
      expect(other).toMatch(/[-_]/)
      expect(refusalOf(other)).toBe('verified')
      expect(refusalOf(other.replaceAll('-', '+').replaceAll('_', '/'))).toBe('bad_encoding')
    })

    it.each([
      ['one part', header],
      ['two parts', `${header}.${payload}`],
      ['four parts', `${token}.`],
      ['a dot before', `.${token}`],
      ['five parts', `${token}.${payload}.${signature}`],
      ['nothing', ''],
      ['the flattened JSON serialization', JSON.stringify({ protected: header, payload, signature })],
      ['the general JSON serialization', JSON.stringify({ payload, signatures: [{ protected: header, signature }] })],
    ])('refuses %s', (_, text) => {
      expect(refusalOf(text)).toBe('not_three_parts')
    })

    it.each([
      ['no header', `.${payload}.${signature}`],
      ['no payload', `${header}..${signature}`],
      ['no signature', `${header}.${payload}.`],
      ['half a signature', `${header}.${payload}.${signature.slice(0, 20)}`],
      ['the payload of another token', `${header}.${asPart({ ...claims, user_id: 2 })}.${signature}`],
      ['nothing but two dots', '..'],
    ])('refuses %s', (_, text) => {
      expect(verifyJwt(text, findKey).kind).toBe('refused')
    })

    it('refuses every shortened form of a token (CVE-2026-27840)', () => {
      for (let length = 0; length < token.length; length++) {
        expect(verifyJwt(token.slice(0, length), findKey).kind).toBe('refused')
      }
    })
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
  ])('refuses what is no text: %o', (token) => {
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
  ])('refuses %s for a header or a payload', (_, content) => {
    expect(refusalOf(forge(content))).toBe('bad_header')
    expect(refusalOf(forge(hs256, content))).toBe('bad_payload')
  })

  it('refuses invalid UTF-8 in a payload that is signed as it is', () => {
    const signingInput = `${asPart(hs256)}.${base64url(Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]))}`
    const signature = createHmac('sha256', secret).update(signingInput).digest('base64url')
    expect(refusalOf(`${signingInput}.${signature}`)).toBe('bad_payload')
  })

  it('bounds how deep claims are nested', () => {
    const nested = (depth: number) => `{"deep":${'['.repeat(depth)}${']'.repeat(depth)}}`
    expect(refusalOf(forge(hs256, nested(maxClaimsDepth)))).toBe('verified')
    expect(refusalOf(forge(hs256, nested(maxClaimsDepth + 1)))).toBe('bad_payload')
    expect(refusalOf(forge(hs256, nested(2900)))).toBe('bad_payload')
    expect(refusalOf(forge(`{"alg":"HS256","kid":"hs","deep":${'['.repeat(2900)}${']'.repeat(2900)}}`))).toBe(
      'verified',
    )
  })

  describe('signatures', () => {
    const signingInput = (kid: string, alg: string) => `${asPart({ alg, kid })}.${asPart(claims)}`
    const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex')
    const zero = Buffer.alloc(32)
    const one = Buffer.from(`${'00'.repeat(31)}01`, 'hex')

    it.each([
      ['zeros', [zero, zero]],
      ['r zero', [zero, one]],
      ['s zero', [one, zero]],
      ['r and s the order of the group', [order, order]],
      ['ones', [one, one]],
      ['r alone', [one]],
      ['r, s and more', [one, one, one]],
      ['nothing', []],
    ])('refuses an ES256 signature of %s (CVE-2022-21449)', (_, parts) => {
      expect(refusalOf(`${signingInput('es', 'ES256')}.${base64url(Buffer.concat(parts))}`)).toBe('bad_signature')
    })

    it('refuses an ES256 signature in DER', () => {
      const input = signingInput('es', 'ES256')
      const der = sign('sha256', Buffer.from(input), p256.privateKey)
      const raw = sign('sha256', Buffer.from(input), { key: p256.privateKey, dsaEncoding: 'ieee-p1363' })
      expect(refusalOf(`${input}.${base64url(raw)}`)).toBe('verified')
      expect(refusalOf(`${input}.${base64url(der)}`)).toBe('bad_signature')
    })

    it.each([
      ['the neutral element and s zero', `01${'00'.repeat(63)}`],
      ['a point of order two', `ec${'ff'.repeat(30)}7f${'00'.repeat(32)}`],
      ['a point of order four', '00'.repeat(64)],
      ['a point of order eight', `26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05${'00'.repeat(32)}`],
      ['ones', 'ff'.repeat(64)],
      ['nothing', ''],
    ])('refuses an Ed25519 signature of %s', (_, hex) => {
      expect(refusalOf(`${signingInput('ed', 'EdDSA')}.${base64url(Buffer.from(hex, 'hex'))}`)).toBe('bad_signature')
    })

    it.each([0, 1, 255, 256, 257])('refuses an RS256 signature of %i zeros', (length) => {
      expect(refusalOf(`${signingInput('rs', 'RS256')}.${base64url(Buffer.alloc(length))}`)).toBe('bad_signature')
    })

    it('refuses an HS256 signature that is cut, lengthened or empty', () => {
      const input = signingInput('hs', 'HS256')
      const digest = createHmac('sha256', secret).update(input).digest()
      for (const bytes of [
        digest.subarray(0, 16),
        digest.subarray(0, 31),
        Buffer.concat([digest, zero]),
        Buffer.alloc(0),
      ]) {
        expect(refusalOf(`${input}.${base64url(bytes)}`)).toBe('bad_signature')
      }
    })
  })
})

/** The part with its last letter replaced by one that differs in the unused bits only. */
function withUnusedBits(part: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return part.slice(0, -1) + alphabet[alphabet.indexOf(part.at(-1) ?? '') + 1]
}

/** A letter that becomes this one when its upper byte is dropped, as Latin-1 writing does. */
function widened(letter: string): string {
  return String.fromCharCode(letter.charCodeAt(0) + 0x100)
}
