import { createHmac, createPublicKey, generateKeyPairSync, sign as signBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import type { JWK } from 'jose'
import { describe, expect, it } from 'vitest'
import { createKeySet } from '../src/key-set.ts'
import { createServer } from '../src/server.ts'
import { createSignatures } from '../src/signatures.ts'
import { type Issuer, makeKey, outcomeOf, START, sign, startIssuer } from './support/issuer.ts'

const part = (content: unknown) =>
  Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)).toString('base64url')

/** A token with exactly this header and payload, signed with the right key of ES256 whatever the header says. */
function signed(issuer: Issuer, header: unknown, payload: unknown = issuer.claims()): Promise<string> {
  const input = `${part(header)}.${part(payload)}`
  return crypto.subtle
    .sign({ name: 'ECDSA', hash: 'SHA-256' }, issuer.key.privateKey, Buffer.from(input))
    .then((signature) => `${input}.${Buffer.from(signature).toString('base64url')}`)
}

function hmac(header: unknown, payload: unknown, secret: string | Buffer): string {
  const input = `${part(header)}.${part(payload)}`
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}

const INVALID = '401 token_not_valid'
const WRONG_TYPE = '401 token_of_wrong_type'

describe('a token that nobody could sign is refused', () => {
  const forgeries: [name: string, make: (issuer: Issuer, token: string) => string | Promise<string>][] = [
    ['alg none with an empty signature', (i, t) => `${part({ ...head(i), alg: 'none' })}.${t.split('.')[1]}.`],
    [
      'alg none with the old signature',
      (i, t) => `${part({ ...head(i), alg: 'none' })}.${t.split('.').slice(1).join('.')}`,
    ],
    ['alg NonE', (i) => hmac({ ...head(i), alg: 'NonE' }, i.claims(), '')],
    ['no alg', (i) => signed(i, { ...head(i), alg: undefined })],
    ['alg as a list', (i) => signed(i, { ...head(i), alg: ['ES256'] })],
    ['alg __proto__', (i) => signed(i, { ...head(i), alg: '__proto__' })],
    ['HS256 with an empty secret', (i) => hmac({ ...head(i), alg: 'HS256' }, i.claims(), '')],
    ['HS256 with the kid of the public key', (i) => hmac({ ...head(i), alg: 'HS256' }, i.claims(), i.key.kid)],
    [
      'HS256 with the JWK as its secret',
      (i) => hmac({ ...head(i), alg: 'HS256' }, i.claims(), JSON.stringify(i.key.jwk)),
    ],
    ['HS512', (i) => signed(i, { ...head(i), alg: 'HS512' })],
    ['ES384', (i) => signed(i, { ...head(i), alg: 'ES384' })],
    ['RS256 with an elliptic key', (i) => signed(i, { ...head(i), alg: 'RS256' })],
    [
      'a signature of zeros (CVE-2022-21449)',
      (_, t) => `${t.split('.').slice(0, 2).join('.')}.${part(Buffer.alloc(64).toString('latin1'))}`,
    ],
    [
      'another payload under an old signature',
      (i, t) => `${t.split('.')[0]}.${part(i.claims({ sub: '1' }))}.${t.split('.')[2]}`,
    ],
    ['no kid', (i) => signed(i, { alg: 'ES256', typ: 'at+jwt' })],
    ['a kid that is a path', (i) => signed(i, { ...head(i), kid: '../../dev/null' })],
    ['a kid that is __proto__', (i) => signed(i, { ...head(i), kid: '__proto__' })],
    ['a kid that is a number', (i) => signed(i, { ...head(i), kid: 7 })],
    ['a key of its own in jwk', async (i) => withOwnKey(i, (jwk) => ({ jwk }))],
    ['a key of its own behind jku', async (i) => withOwnKey(i, () => ({ jku: 'http://127.0.0.1:9/keys' }))],
    ['a key of its own in x5c', async (i) => withOwnKey(i, () => ({ x5c: ['MIIB'], x5u: 'http://127.0.0.1:9/' }))],
  ]

  it.each(forgeries)('%s', async (_, make) => {
    const issuer = await startIssuer()
    const verifier = issuer.verifier()
    const token = await issuer.token()
    expect(await outcomeOf(verifier.verify(await make(issuer, token)))).toBe(INVALID)
    expect(await outcomeOf(verifier.verify(token))).toBe('verified')
  })

  const head = (issuer: Issuer) => ({ alg: 'ES256', kid: issuer.key.kid, typ: 'at+jwt' })

  async function withOwnKey(issuer: Issuer, parameters: (jwk: JWK) => object): Promise<string> {
    const own = await makeKey('ES256', issuer.key.kid)
    return sign(issuer.claims(), { ...head(issuer), ...parameters(own.jwk) }, own)
  }
})

describe('a token whose signature is right, but whose header is not', () => {
  it.each([
    ['an unknown crit (CVE-2026-35042, CVE-2026-32597)', { crit: ['later'], later: 1 }, INVALID],
    ['a crit that lists known parameters', { crit: ['b64'], b64: true }, INVALID],
    ['an empty crit', { crit: [] }, INVALID],
    ['a crit that is not a list', { crit: 'exp' }, INVALID],
    ['b64 without crit (RFC 7797)', { b64: false }, INVALID],
    ['zip', { zip: 'DEF' }, INVALID],
    ['a jwk', { jwk: { kty: 'oct', k: 'AAAA' } }, INVALID],
    ['a jku', { jku: 'https://evil.example/keys' }, INVALID],
    ['no typ', { typ: undefined }, WRONG_TYPE],
    ['the typ of an event', { typ: 'secevent+jwt' }, WRONG_TYPE],
    ['the typ of an ID token', { typ: 'id+jwt' }, WRONG_TYPE],
    ['a typ that only begins well', { typ: 'at+jwt2' }, WRONG_TYPE],
    ['a typ that is a list', { typ: ['at+jwt'] }, WRONG_TYPE],
  ])('is refused: %s', async (_, changes, code) => {
    const issuer = await startIssuer()
    const header = { alg: 'ES256', kid: issuer.key.kid, typ: 'at+jwt', ...changes }
    expect(await outcomeOf(issuer.verifier().verify(await signed(issuer, header)))).toBe(code)
  })

  it.each(['at+jwt', 'AT+JWT', 'application/at+jwt', 'JWT'])('is taken with the typ %s', async (typ) => {
    const issuer = await startIssuer()
    expect(await outcomeOf(issuer.verifier().verify(await issuer.token({}, { typ })))).toBe('verified')
  })
})

describe('a token whose signature is right, but whose claims are not', () => {
  const cases: [string, Record<string, unknown>, string][] = [
    ...['', 'http://127.0.0.1', null, 7].map((iss) => [`iss ${JSON.stringify(iss)}`, { iss }, INVALID] as never),
    ['no iss', { iss: undefined }, INVALID],
    ...['sho', 'shop2', 'SHOP', '', null, 7, {}, [], ['other'], ['shop', 7], [['shop']]].map(
      (aud) => [`aud ${JSON.stringify(aud)}`, { aud }, INVALID] as never,
    ),
    ['no aud', { aud: undefined }, INVALID],
    ...[undefined, null, '', String(START + 300), 'soon', [START + 300], {}, true, -1, 1e300].map(
      (exp) => [`exp ${JSON.stringify(exp)}`, { exp }, INVALID] as never,
    ),
    ...[undefined, null, String(START), [START], {}, false, -1, START + 3600].map(
      (iat) => [`iat ${JSON.stringify(iat)}`, { iat }, INVALID] as never,
    ),
    ...[null, String(START), [START], {}, true, START + 60].map(
      (nbf) => [`nbf ${JSON.stringify(nbf)}`, { nbf }, INVALID] as never,
    ),
    ...[undefined, null, 'refresh', 'Access', 'id', '', ['access'], 1].map(
      (token_type) => [`token_type ${JSON.stringify(token_type)}`, { token_type }, WRONG_TYPE] as never,
    ),
    ...[{ sub: undefined, user_id: undefined }, { sub: '' }, { sub: 1.5 }, { sub: ['7'] }, { sub: {} }].map(
      (changes) => [JSON.stringify(changes), changes, INVALID] as never,
    ),
    ['a sid that is not a string', { sid: ['a'] }, INVALID],
  ]

  it.each(cases)('is refused: %s', async (_, changes, code) => {
    const issuer = await startIssuer()
    const token = await signed(issuer, { alg: 'ES256', kid: issuer.key.kid, typ: 'JWT' }, issuer.claims(changes))
    expect(await outcomeOf(issuer.verifier().verify(token))).toBe(code)
  })

  it('is refused: iss in a list (CVE-2025-30144), or cut short or longer by one character (CVE-2024-53861)', async () => {
    const issuer = await startIssuer()
    for (const iss of [[issuer.url], [issuer.url, 'x'], issuer.url.slice(0, -1), `${issuer.url}/`, { 0: issuer.url }]) {
      const token = await signed(issuer, { alg: 'ES256', kid: issuer.key.kid, typ: 'JWT' }, issuer.claims({ iss }))
      expect(await outcomeOf(issuer.verifier().verify(token))).toBe(INVALID)
    }
  })

  it.each([
    ['an array', '[]'],
    ['a string', '"access"'],
    ['null', 'null'],
    ['nothing', ''],
    ['no JSON', '{'],
    ['claims of the prototype', '{"__proto__":{"token_type":"access","exp":9e9}}'],
    ['an exp beyond all numbers', '{"exp":1e999,"iat":1,"token_type":"access"}'],
    ['a byte that is not UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
  ])('is refused: its payload is %s', async (_, payload) => {
    const issuer = await startIssuer()
    const input = `${part({ alg: 'ES256', kid: issuer.key.kid, typ: 'at+jwt' })}.${Buffer.from(payload).toString('base64url')}`
    const signature = await crypto.subtle.sign(
      { name: 'ECDSA', hash: 'SHA-256' },
      issuer.key.privateKey,
      Buffer.from(input),
    )
    const token = `${input}.${Buffer.from(signature).toString('base64url')}`
    expect(await outcomeOf(issuer.verifier({ issuer: null, server: issuer.url }).verify(token))).toBe(INVALID)
  })

  it('is refused with an exp that overflows to infinity, though everything else is right', async () => {
    const issuer = await startIssuer()
    const payload = JSON.stringify(issuer.claims({ exp: 0 })).replace('"exp":0', '"exp":1e999')
    const token = await signed(issuer, { alg: 'ES256', kid: issuer.key.kid, typ: 'at+jwt' }, payload)
    expect(await outcomeOf(issuer.verifier().verify(token))).toBe(INVALID)
  })
})

describe('what is not a token at all', () => {
  it.each([
    ['junk', 'junk'],
    ['two parts', 'AAAA.AAAA'],
    ['five parts (CVE-2026-34986)', `${part({ alg: 'ECDH-ES+A128KW', enc: 'A128GCM' })}.AAAA.AAAA.AAAA.AAAA`],
    ['five parts, four of them empty', `${part({ alg: 'dir', enc: 'A128GCM', zip: 'DEF' })}....`],
    ['rounds by the attacker (CVE-2022-36083)', `${part({ alg: 'PBES2-HS256+A128KW', p2c: 2 ** 31 })}.A.A.A.A`],
    ['nothing but dots (CVE-2025-30204)', '.'.repeat(100_000)],
    ['a megabyte', `AAAA.${'A'.repeat(1_000_000)}.AAAA`],
    ['a line break', 'AAAA.AAAA.AAAA\n'],
    ['NUL', 'AAAA.AA\0A.AAAA'],
    ['other letters', 'ÄÄÄÄ.AAAA.AAAA'],
    ['a token with Bearer before it', 'Bearer AAAA.AAAA.AAAA'],
    ['a header that is an array', `${part([])}.AAAA.AAAA`],
    ['a header that is null', `${part('null')}.AAAA.AAAA`],
    ['a header nested ten thousand deep', `${part('['.repeat(3_000))}.AAAA.AAAA`],
  ])('is refused without looking at the keys: %s', async (_, token) => {
    const issuer = await startIssuer()
    const verifier = issuer.verifier()
    await verifier.ready()
    expect(await outcomeOf(verifier.verify(token))).toBe(INVALID)
    expect(issuer.requests).toBe(1)
  })

  it('is refused with 401 whatever it is, and never fails in another way', async () => {
    const issuer = await startIssuer()
    const verifier = issuer.verifier()
    const good = await issuer.token()
    const anyPart = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.json().map(part),
      fc.constantFrom(...good.split('.')),
      fc.constantFrom('', 'A', 'AA=='),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(anyPart, { maxLength: 6 }), async (parts) => {
        const token = parts.join('.')
        fc.pre(token !== good)
        expect(await outcomeOf(verifier.verify(token))).toMatch(/^401 /)
      }),
    )
  })

  it('has one spelling: padding and unused bits are refused', async () => {
    const issuer = await startIssuer()
    const verifier = issuer.verifier()
    const token = await issuer.token()
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const other = token.slice(0, -1) + alphabet[alphabet.indexOf(token.at(-1) ?? '') + 1]
    expect(Buffer.from(other.split('.')[2] ?? '', 'base64url')).toEqual(
      Buffer.from(token.split('.')[2] ?? '', 'base64url'),
    )
    for (const spelling of [other, `${token}==`, `${token} `, ` ${token}`, token.replaceAll('-', '+')]) {
      if (spelling !== token) expect(await outcomeOf(verifier.verify(spelling))).toBe(INVALID)
    }
    expect(await outcomeOf(verifier.verify(token))).toBe('verified')
  })
})

describe('a public key is not a secret (CVE-2023-48223, CVE-2026-34950, CVE-2022-23541)', () => {
  it.each(['RS256', 'ES256'])('that signs %s, however it is written', async (alg) => {
    const issuer = await startIssuer(alg)
    const verifiers = [
      issuer.verifier(),
      issuer.verifier({ algorithms: ['RS256', 'ES256', 'HS256'], secret: 's'.repeat(32) }),
    ]
    const key = createPublicKey({ key: issuer.key.jwk as never, format: 'jwk' })
    const pem = String(key.export({ type: 'spki', format: 'pem' }))
    const der = key.export({ type: 'spki', format: 'der' })
    const secrets = [
      pem,
      pem.trim(),
      `\n ${pem}`,
      `x${pem}`,
      pem.replaceAll('\n', '\r\n'),
      der,
      JSON.stringify(issuer.key.jwk),
    ]
    for (const secret of secrets) {
      for (const kid of [issuer.key.kid, undefined]) {
        const token = hmac({ alg: 'HS256', typ: 'JWT', kid }, issuer.claims(), secret)
        for (const verifier of verifiers) expect(await outcomeOf(verifier.verify(token))).toBe(INVALID)
      }
    }
  })

  it('and a secret that the JWK Set publishes is not used', async () => {
    const issuer = await startIssuer()
    const secret = 'a secret that should not be public'
    const jwk = { kty: 'oct', k: part(secret), kid: 'oct', alg: 'HS256', use: 'sig' }
    issuer.publish([issuer.key, { ...issuer.key, jwk }])
    const token = hmac({ alg: 'HS256', typ: 'JWT', kid: 'oct' }, issuer.claims(), secret)
    expect(await outcomeOf(issuer.verifier().verify(token))).toBe(INVALID)
  })

  it('and a small RSA key is refused', async () => {
    const issuer = await startIssuer()
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
    const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'small', alg: 'RS256', use: 'sig' } as JWK
    issuer.publish([issuer.key, { ...issuer.key, jwk }])
    const input = `${part({ alg: 'RS256', typ: 'JWT', kid: 'small' })}.${part(issuer.claims())}`
    const token = `${input}.${signBytes('sha256', Buffer.from(input), privateKey).toString('base64url')}`
    expect(await outcomeOf(issuer.verifier().verify(token))).toBe(INVALID)
  })
})

describe('Wycheproof', () => {
  type Group = {
    public?: JWK & { keys?: JWK[] }
    private: JWK
    tests: { jws: string; result: string; comment: string }[]
  }
  const file = join(import.meta.dirname, '../../../test/vectors/wycheproof/json_web_signature_test.json')
  const groups: Group[] = JSON.parse(readFileSync(file, 'utf8')).testGroups

  it('no invalid signature is taken (json_web_signature)', async () => {
    const issuer = await startIssuer()
    let refused = 0
    for (const { public: key, tests } of groups.filter((group) => group.public !== undefined)) {
      issuer.answer = (response) => response.end(JSON.stringify({ keys: [key] }))
      const keySet = createKeySet({
        server: createServer(fetch),
        url: issuer.url,
        rememberedTokens: 0,
        now: () => 0,
        warn: () => {},
      })
      const signatures = createSignatures({ algorithms: ['ES256', 'EdDSA', 'RS256'], keySet, secretKeys: undefined })
      for (const { jws, comment } of tests.filter(({ result }) => result === 'invalid')) {
        const check = Promise.resolve().then(() => signatures.check(jws, ['jwt', 'at+jwt']))
        expect([comment, await outcomeOf(check)]).toEqual([comment, expect.stringMatching(/^401 /)])
        refused++
      }
    }
    expect(refused).toBeGreaterThan(10)
  })
})
