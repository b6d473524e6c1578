import { createSecretKey, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createAsymmetricJwtKey, createHmacJwtKey } from './jwt-key.ts'

const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const ed25519 = generateKeyPairSync('ed25519')

describe('an HS256 key', () => {
  it('refuses an empty secret, which would let anybody sign', () => {
    expect(() => createHmacJwtKey({ secret: '' })).toThrow(RangeError)
    expect(() => createHmacJwtKey({ secret: Buffer.alloc(0) })).toThrow(RangeError)
  })

  it('accepts a short secret: whether SECRET_KEY is long enough (RFC 7518 §3.2) is decided when it is read', () => {
    expect(createHmacJwtKey({ secret: 'short' }).signKey).toBeDefined()
  })
})

describe('an asymmetric key', () => {
  it('signs and verifies with a private key and only verifies with a public one', () => {
    const signing = createAsymmetricJwtKey({ kid: 'k1', algorithm: 'ES256', key: p256.privateKey })
    const verifying = createAsymmetricJwtKey({ kid: 'k1', algorithm: 'ES256', key: p256.publicKey })
    expect(signing.signKey?.type).toBe('private')
    expect(signing.verifyKey.type).toBe('public')
    expect(verifying.signKey).toBeUndefined()
  })

  it.each([
    ['a secret for ES256', 'ES256', createSecretKey(Buffer.alloc(32, 1))],
    ['P-384 for ES256', 'ES256', generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey],
    ['secp256k1 for ES256', 'ES256', generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey],
    ['Ed25519 for ES256', 'ES256', ed25519.privateKey],
    ['Ed448 for EdDSA', 'EdDSA', generateKeyPairSync('ed448').privateKey],
    ['X25519 for EdDSA', 'EdDSA', generateKeyPairSync('x25519').publicKey],
    ['P-256 for EdDSA', 'EdDSA', p256.publicKey],
    ['P-256 for RS256', 'RS256', p256.privateKey],
  ] as const)('refuses %s', (_, algorithm, key) => {
    expect(() => createAsymmetricJwtKey({ algorithm, key })).toThrow(TypeError)
  })

  it('refuses an RSA key that may only be used for RSA-PSS', () => {
    const { publicKey } = generateKeyPairSync('rsa-pss', { modulusLength: 2048 })
    expect(() => createAsymmetricJwtKey({ algorithm: 'RS256', key: publicKey })).toThrow(TypeError)
  })

  it('refuses an RSA key below 2048 bits or with a small public exponent', () => {
    const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey
    const smallExponent = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }).publicKey
    expect(() => createAsymmetricJwtKey({ algorithm: 'RS256', key: short })).toThrow(/2048 bits/)
    expect(() => createAsymmetricJwtKey({ algorithm: 'RS256', key: smallExponent })).toThrow(/65537/)
  })
})
