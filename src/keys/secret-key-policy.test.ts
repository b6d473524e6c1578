import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findSecretKeyFault } from './secret-key-policy.ts'

describe('findSecretKeyFault', () => {
  it.each([
    'your-secret-key',
    'YOUR_SECRET_KEY',
    'your-256-bit-secret',
    'a-string-secret-at-least-256-bits-long',
    'change-me-change-me-to-something-long-and-random',
    'ReplaceThisWithYourOwnValueBeforeYouDeploy',
    '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7',
  ])('refuses the placeholder %s', (secret) => {
    expect(findSecretKeyFault(secret)).toContain('is a placeholder')
  })

  it("refuses Django's development keys", () => {
    expect(findSecretKeyFault('django-insecure-k3q8w)2v9z$1m7x4c6b0n5l@p_rtyu')).toContain('django-insecure-')
  })

  it.each([
    ['one character repeated', 'x'.repeat(64)],
    ['a short text repeated', 'abc123'.repeat(8)],
    ['the digits in a row, cut off', '12345678901234567890123456789012'],
  ])('refuses %s', (_, secret) => {
    expect(findSecretKeyFault(secret)).toContain('repeats')
  })

  it.each([
    [
      'a public key in PEM',
      '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----\n',
    ],
    ['PEM behind white space', ' \n\t-----BEGIN RSA PUBLIC KEY-----\nMIIBCgKCAQEA\n-----END RSA PUBLIC KEY-----'],
    ['PEM behind other text', 'key: -----BEGIN CERTIFICATE-----\nMIIBCgKCAQEA\n-----END CERTIFICATE-----'],
    ['a JWK', '{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"}'],
    ['an SSH key', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0p'],
  ])('refuses %s: a public key is not a secret (RFC 8725 §3.1)', (_, secret) => {
    expect(findSecretKeyFault(secret)).toContain('PEM, JWK or SSH')
  })

  it('counts bytes, not characters', () => {
    expect(findSecretKeyFault('Zr8vT1kQw3mXy6Ub9Hs2Lp5Nc7Jd4Ga')).toContain('has only 31 bytes and needs at least 32')
    expect(findSecretKeyFault('Zr8vT1kQw3mXy6Ub9Hs2Lp5Nc7Jd4Gä')).toBeUndefined()
  })

  it('refuses a secret with a line break in it, which is usually there by mistake', () => {
    expect(findSecretKeyFault('Zr8vT1kQw3mXy6Ub9Hs2Lp5Nc7Jd4Ga0\n')).toContain('line break')
  })

  it('accepts the output of the command that it names', () => {
    const random = fc.uint8Array({ minLength: 48, maxLength: 48 }).filter((bytes) => new Set(bytes).size > 16)
    fc.assert(
      fc.property(random, (bytes) => findSecretKeyFault(Buffer.from(bytes).toString('base64url')) === undefined),
    )
  })

  it('never shows the secret', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 12, maxLength: 40 }), (secret) => {
        expect(findSecretKeyFault(secret) ?? '').not.toContain(secret)
        expect(findSecretKeyFault(`your-secret-key${secret}`)).not.toContain(secret)
      }),
    )
  })
})
