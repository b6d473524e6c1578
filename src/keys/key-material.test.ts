import { calculateJwkThumbprint, createLocalJWKSet, exportJWK, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { signJwt, verifyJwt } from '../tokens/jwt.ts'
import { createAsymmetricJwtKey, createHmacJwtKey } from '../tokens/jwt-key.ts'
import { generatePrivateKey, secretKeyId, tokenKeysOf, tokenKeysOfSecret } from './key-material.ts'

const makers = { createHmacJwtKey, createAsymmetricJwtKey }
const SECRET = 'a secret of more than thirty-two bytes'

describe.each(['ES256', 'EdDSA', 'RS256'] as const)('a key for %s', (algorithm) => {
  it('signs access tokens that jose verifies with the published key', async () => {
    const { access, publicJwk } = tokenKeysOf({ ...(await generatePrivateKey(algorithm)), algorithm }, makers)
    if (publicJwk === undefined) throw new Error('nothing is published')
    const token = signJwt(access, { typ: 'at+jwt' }, { sub: '7' })
    const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet({ keys: [publicJwk] }))
    expect(payload).toEqual({ sub: '7' })
    expect(protectedHeader).toEqual({ alg: algorithm, typ: 'at+jwt', kid: publicJwk.kid })
  })

  it('publishes public members only, its thumbprint as kid, and what it is for', async () => {
    const { access, publicJwk } = tokenKeysOf({ ...(await generatePrivateKey(algorithm)), algorithm }, makers)
    const facts = { kid: access.kid, alg: algorithm, use: 'sig' }
    expect(publicJwk).toEqual({ ...(await exportJWK(access.verifyKey)), ...facts })
    for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) expect(publicJwk).not.toHaveProperty(member)
    expect(access.kid).toBe(await calculateJwkThumbprint(publicJwk ?? {}))
  })

  it('gives the same refresh secret each time it is opened, and another one for another key', async () => {
    const stored = { ...(await generatePrivateKey(algorithm)), algorithm }
    const token = signJwt(tokenKeysOf(stored, makers).refresh, { typ: 'JWT' }, { sub: '7' })
    const { refresh } = tokenKeysOf(stored, makers)
    expect(signJwt(refresh, { typ: 'JWT' }, { sub: '7' })).toBe(token)
    expect(refresh).toMatchObject({ kid: `${stored.kid}.r`, algorithm: 'HS256' })
    const other = tokenKeysOf({ ...(await generatePrivateKey(algorithm)), algorithm }, makers).refresh
    expect(verifyJwt(token, () => other)).toMatchObject({ reason: 'bad_signature' })
  })
})

it('creates RSA keys of 3072 bits', async () => {
  const { privateJwk } = await generatePrivateKey('RS256')
  expect(Buffer.from(JSON.parse(privateJwk).n, 'base64url')).toHaveLength(384)
})

describe('SECRET_KEY as a key', () => {
  it('is its own UTF-8 bytes, for both kinds of token, and is not published', async () => {
    const { access, refresh, publicJwk } = tokenKeysOfSecret(SECRET, true, makers)
    expect(access).toBe(refresh)
    expect(publicJwk).toBeUndefined()
    const token = signJwt(access, { typ: 'JWT' }, { sub: '7' })
    expect((await jwtVerify(token, Buffer.from(SECRET, 'utf8'))).payload).toEqual({ sub: '7' })
  })

  it('has a kid that differs by secret and reveals nothing of it, or none', () => {
    expect(secretKeyId(SECRET)).toMatch(/^[\w-]{22}$/)
    expect(secretKeyId(SECRET)).not.toBe(secretKeyId(`${SECRET}!`))
    expect(tokenKeysOfSecret(SECRET, false, makers).access.kid).toBeUndefined()
  })
})
