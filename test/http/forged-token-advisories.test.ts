import { createHmac, createPublicKey } from 'node:crypto'
import type { JWK } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { asPart, base64url, forge, withUnusedBits } from '../support/forged-tokens.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, TEST_SECRET_KEY, type TestApp } from '../support/test-app.ts'
import { addAccount, claimsOf, logIn, meet, refresh, type V1Tokens } from '../support/v1-client.ts'
import { expectRefusedEverywhere, serviceSettings } from './token-endpoints.ts'

type Header = { alg: string; typ: string; kid: string }

/** What somebody who forges tokens knows about a valid one. */
type Genuine = { token: string; head: string; payload: string; signature: string; header: Header; claims: object }

type Forgery = [advisory: string, fault: string, make: (genuine: Genuine) => string]

const DOTS = '.'.repeat(8_000)

/** A fault of a similar product each, and the token that would show the same fault here. Nobody needs a key to create them. */
const forgeries: Forgery[] = [
  [
    'CVE-2022-23540 jsonwebtoken',
    'none as algorithm',
    ({ header, payload }) => `${asPart({ ...header, alg: 'none' })}.${payload}.`,
  ],
  [
    'CVE-2022-23540 jsonwebtoken',
    'none with capitals',
    ({ header, claims }) => forge({ ...header, alg: 'NonE' }, claims, ''),
  ],
  [
    'CVE-2022-23541 jsonwebtoken',
    'a kid of other keys',
    ({ header, claims }) => forge({ ...header, alg: 'HS256', kid: '__proto__' }, claims, ''),
  ],
  [
    'CVE-2025-65945 node-jws',
    'a secret looked up by the payload',
    ({ header, claims }) => forge({ ...header, alg: 'HS256', kid: undefined }, claims, JSON.stringify(claims)),
  ],
  [
    'GHSA-8wpc-h4q6-8fxv fast-jwt',
    'an empty secret',
    ({ header, claims }) => forge({ ...header, alg: 'HS256' }, claims, ''),
  ],
  ['fast-jwt 6.2.3', 'padding behind a part', ({ head, payload, signature }) => `${head}=.${payload}.${signature}`],
  [
    'fast-jwt 6.2.3',
    'unused bits of the signature',
    ({ head, payload, signature }) => `${head}.${payload}.${withUnusedBits(signature)}`,
  ],
  [
    'CVE-2022-36083 jose',
    'a number of rounds by the attacker',
    () => `${asPart({ alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 2 ** 31, p2s: 'AA' })}.AA.AA.AA.AA`,
  ],
  [
    'CVE-2024-28176 jose',
    'compressed contents',
    () => `${asPart({ alg: 'dir', enc: 'A128GCM', zip: 'DEF' })}..AA.AA.AA`,
  ],
  [
    'CVE-2026-34986 go-jose',
    'a broken encrypted token',
    () => `${asPart({ alg: 'ECDH-ES+A128KW', enc: 'A128GCM' })}....`,
  ],
  [
    'CVE-2026-22817 Hono',
    'an algorithm of the token’s choice',
    ({ header, payload, signature }) => `${asPart({ ...header, alg: 'HS512' })}.${payload}.${signature}`,
  ],
  [
    'CVE-2022-21449 Java',
    'a signature of zeros',
    ({ head, payload }) => `${head}.${payload}.${base64url(Buffer.alloc(64))}`,
  ],
  ['CVE-2025-30204 golang-jwt', 'nothing but dots', () => DOTS],
  ['CVE-2025-27144 go-jose', 'dots behind a token', ({ token }) => token + DOTS],
  ['CVE-2026-27840 Zitadel', 'a token cut short', ({ token }) => token.slice(0, -2)],
  [
    'CVE-2026-33496 Oathkeeper',
    'the claims of one, the signature of another',
    ({ head, payload, signature }) => `${head}.${payload}.${signature.split('').reverse().join('')}`,
  ],
  [
    'RFC 8725 §3.10',
    'a key in the header',
    ({ header, claims }) =>
      forge({ ...header, alg: 'HS256', jwk: { kty: 'oct', k: base64url('k'.repeat(32)) } }, claims, 'k'.repeat(32)),
  ],
]

/** The same by somebody who has the secret: the signature is right, and something else is wrong. */
const signedForgeries: Forgery[] = [
  [
    'CVE-2026-35042 fast-jwt, CVE-2026-32597 PyJWT, CVE-2025-59420 Authlib',
    'an unknown crit',
    ({ header, claims }) => signed({ ...header, crit: ['later'], later: 1 }, claims),
  ],
  ['RFC 7515 §4.1.11', 'an empty crit', ({ header, claims }) => signed({ ...header, crit: [] }, claims)],
  ['RFC 7797', 'b64 without crit', ({ header, claims }) => signed({ ...header, b64: false }, claims)],
  [
    'CVE-2026-22818 Hono',
    'HS512 under the key of HS256',
    ({ header, claims }) => signedBy('sha512', { ...header, alg: 'HS512' }, claims),
  ],
  [
    'CVE-2025-30144 fast-jwt',
    'issuers in a list',
    ({ header, claims }) => signed(header, { ...claims, iss: ['us', 'them'] }),
  ],
  ['CVE-2024-53861 PyJWT', 'a part of the issuer', ({ header, claims }) => signed(header, { ...claims, iss: 'u' })],
  [
    'CVE-2026-35041 fast-jwt',
    'an issuer to choke on',
    ({ header, claims }) => signed(header, { ...claims, iss: `${'u'.repeat(3_000)}!` }),
  ],
  ['CVE-2026-55669 Zitadel', 'another audience', ({ header, claims }) => signed(header, { ...claims, aud: 'theirs' })],
  [
    'CVE-2026-44459 Hono',
    'an exp that is a text',
    ({ header, claims }) => signed(header, { ...claims, exp: '9999999999' }),
  ],
  ['CVE-2026-44459 Hono', 'an nbf that is not a time', ({ header, claims }) => signed(header, { ...claims, nbf: {} })],
  ['CVE-2026-44459 Hono', 'an iat that is not a time', ({ header, claims }) => signed(header, { ...claims, iat: [1] })],
  ['RFC 9068 §2.2', 'no exp at all', ({ header, claims }) => signed(header, { ...claims, exp: undefined })],
  ['GHSA-8wpc-h4q6-8fxv fast-jwt', 'an array for claims', ({ header, claims }) => signed(header, [claims])],
  [
    'CVE-2026-31813 Supabase',
    'a token for something else',
    ({ header, claims }) => signed(header, { ...claims, token_type: 'id' }),
  ],
]

function signed(header: object, claims: object): string {
  return forge(header, claims, TEST_SECRET_KEY)
}

function signedBy(digest: string, header: object, claims: object): string {
  const input = `${asPart(header)}.${asPart(claims)}`
  return `${input}.${createHmac(digest, TEST_SECRET_KEY).update(input).digest('base64url')}`
}

function genuineOf(token: string): Genuine {
  const [head = '', payload = '', signature = ''] = token.split('.')
  const header = JSON.parse(Buffer.from(head, 'base64url').toString())
  return { token, head, payload, signature, header, claims: claimsOf(token) }
}

describe.each(databases)('forged tokens on $name', (database) => {
  describe.each(['HS256', 'ES256'])('where %s signs', (ALGORITHM) => {
    let app: TestApp
    let tokens: V1Tokens

    beforeAll(async () => {
      app = await startTestApp({
        database,
        settings: { ALGORITHM, ISSUER: 'us', AUDIENCE: 'ours', ...serviceSettings },
      })
      await addAccount(app, 'ann')
      tokens = await logIn(app, 'ann')
    })
    afterAll(() => app.close())

    it.each([...forgeries, ...(ALGORITHM === 'HS256' ? signedForgeries : [])])(
      '%s: %s is refused by every endpoint',
      async (_, __, make) => {
        await expectRefusedEverywhere(app, make(genuineOf(tokens.access_token)))
        await expectRefusedEverywhere(app, make(genuineOf(tokens.refresh_token)))
      },
    )

    it('CVE-2023-48223, CVE-2026-34950, GHSA-ww5h-9m49-7xx4 fast-jwt: a public key is not a secret, however it is written', async () => {
      const { json } = await sendJson(app.url, 'GET', '/.well-known/jwks.json')
      const { header, claims } = genuineOf(tokens.access_token)
      const { keys } = json as { keys: (JWK & { kid: string })[] }
      expect(keys.length > 0).toBe(ALGORITHM === 'ES256')
      for (const key of keys) {
        const pem = String(createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' }))
        for (const secret of [
          pem,
          pem.trim(),
          `\n ${pem}`,
          `x${pem}`,
          pem.replaceAll('\n', '\r\n'),
          JSON.stringify(key),
        ]) {
          for (const kid of [key.kid, `${key.kid}.r`, undefined]) {
            await expectRefusedEverywhere(app, forge({ ...header, alg: 'HS256', kid }, claims, secret))
          }
        }
      }
    })

    it('leave the tokens that they imitate valid', async () => {
      expect(await meet(app, tokens.access_token)).toEqual([200, 200, undefined])
      expect((await refresh(app, tokens.refresh_token)).status).toBe(200)
    })
  })
})
