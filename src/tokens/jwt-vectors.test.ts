import { createPublicKey, type JsonWebKeyInput } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type JwtRefusal, verifyJwt } from './jwt.ts'
import { createAsymmetricJwtKey, createHmacJwtKey, type JwtKey } from './jwt-key.ts'
import { isSignatureValid } from './jwt-signature.ts'

// Wycheproof; origin and licence in test/vectors/README.md.

type Vector = {
  tcId: number
  comment: string
  result: 'valid' | 'invalid' | 'acceptable'
  key?: string
  msg?: string
  sig?: string
  tag?: string
  jws?: string
  jwe?: string
}
type Jwk = JsonWebKeyInput['key'] & { alg?: string; kid?: string }
type JwkOrSet = Jwk | { keys: Jwk[] }
type Group = {
  comment?: string
  tagSize?: number
  publicKeyPem?: string
  publicKey?: { publicExponent?: string }
  public?: JwkOrSet
  private?: JwkOrSet
  tests: Vector[]
}

function groupsOf(file: string): Group[] {
  const path = new URL(`../../test/vectors/wycheproof/${file}_test.json`, import.meta.url)
  return JSON.parse(readFileSync(path, 'utf8')).testGroups
}

/** Ids of the vectors for which `verify` disagrees with the file; "acceptable" ones must be refused. */
function disagreements(group: Group, verify: (vector: Vector) => boolean): number[] {
  return group.tests.filter((vector) => verify(vector) !== (vector.result === 'valid')).map(({ tcId }) => tcId)
}

/** Keys with exponent 3 are not accepted at all: jwt-key.test.ts. */
const hasSmallExponent = ({ publicKey }: Group) => publicKey?.publicExponent === '03'

const bytes = (hex: string | undefined) => Buffer.from(hex ?? '', 'hex')

describe('signatures of single algorithms (Wycheproof)', () => {
  it.each([
    ['ES256', 'ecdsa_secp256r1_sha256_p1363'],
    ['EdDSA', 'ed25519'],
    ['RS256', 'rsa_signature_2048_sha256'],
  ] as const)('%s agrees with every vector of %s', (algorithm, file) => {
    for (const group of groupsOf(file)) {
      const create = () => createAsymmetricJwtKey({ algorithm, key: createPublicKey(group.publicKeyPem ?? '') })
      if (hasSmallExponent(group)) {
        expect(create).toThrow(/65537/)
        continue
      }
      const key = create()
      expect(disagreements(group, ({ msg, sig }) => isSignatureValid(key, bytes(msg), bytes(sig)))).toEqual([])
    }
  })

  it('HS256 agrees with every vector of hmac_sha256, and accepts no truncated tag', () => {
    for (const group of groupsOf('hmac_sha256')) {
      const verify = (vector: Vector) => {
        const key = createHmacJwtKey({ secret: bytes(vector.key) })
        return isSignatureValid(key, bytes(vector.msg), bytes(vector.tag))
      }
      if (group.tagSize === 256) expect(disagreements(group, verify)).toEqual([])
      else expect(group.tests.filter(verify)).toEqual([])
    }
  })

  it.each(['hmac_sha384', 'hmac_sha512'])('no tag of %s passes for HS256', (file) => {
    for (const { tests } of groupsOf(file)) {
      const verified = tests.filter(({ key, msg, tag }) =>
        isSignatureValid(createHmacJwtKey({ secret: bytes(key) }), bytes(msg), bytes(tag)),
      )
      expect(verified).toEqual([])
    }
  })

  it.each([
    ['rsa_signature_2048_sha384', 'The message is hashed with SHA-256 instead of SHA-384.'],
    ['rsa_signature_2048_sha512', 'The message is hashed with SHA-256 instead of SHA-512.'],
    ['rsa_pss_2048_sha256_mgf1_32', 'PKCS #1 v1.5 signature with SHA-256'],
    ['rsa_pss_2048_sha384_mgf1_48', 'PKCS #1 v1.5 signature with SHA-256'],
  ])('of %s nothing passes for RS256 except the one that is RS256', (file, rs256Comment) => {
    for (const group of groupsOf(file)) {
      if (hasSmallExponent(group)) continue
      const { publicKeyPem = '', tests } = group
      const key = createAsymmetricJwtKey({ algorithm: 'RS256', key: createPublicKey(publicKeyPem) })
      const verified = tests.filter(({ msg, sig }) => isSignatureValid(key, bytes(msg), bytes(sig)))
      expect(verified.map(({ comment }) => comment)).toEqual([rs256Comment])
    }
  })

  it.each(['ecdsa_secp384r1_sha384_p1363', 'ecdsa_secp521r1_sha512_p1363'])(
    'no key of %s becomes an ES256 key',
    (file) => {
      for (const { publicKeyPem = '' } of groupsOf(file)) {
        expect(() => createAsymmetricJwtKey({ algorithm: 'ES256', key: createPublicKey(publicKeyPem) })).toThrow(
          TypeError,
        )
      }
    },
  )
})

/** The JWK as one of our keys, or undefined if it cannot be one. */
function keyFrom(jwk: Jwk): JwtKey | undefined {
  const { alg: algorithm, kid, k = '' } = jwk
  try {
    switch (algorithm) {
      case 'HS256':
        return createHmacJwtKey({ kid, secret: Buffer.from(k, 'base64url') })
      case 'ES256':
      case 'EdDSA':
      case 'RS256':
        return createAsymmetricJwtKey({ kid, algorithm, key: createPublicKey({ key: jwk, format: 'jwk' }) })
      default:
        return undefined
    }
  } catch {
    return undefined
  }
}

function keysOf(group: Group): Map<string | undefined, JwtKey> {
  const source: JwkOrSet = group.public ?? group.private ?? { keys: [] }
  const jwks = 'keys' in source ? source.keys : [source]
  const keys = jwks.flatMap((jwk) => keyFrom(jwk) ?? [])
  return new Map(keys.map((key) => [key.kid, key]))
}

/** 'verified', or the reason of the refusal. */
function verdictOn(vector: Vector, keys: Map<string | undefined, JwtKey | undefined>): JwtRefusal | 'verified' {
  const verification = verifyJwt(vector.jws ?? vector.jwe, (kid) => keys.get(kid))
  return verification.kind === 'verified' ? 'verified' : verification.reason
}

/**
 * Few payloads in these files are claims sets, so a correct signature shows as `bad_payload`, which is checked after
 * it.
 */
const isSigned = (verdict: JwtRefusal | 'verified') => verdict === 'verified' || verdict === 'bad_payload'

describe('whole tokens with their keys (Wycheproof)', () => {
  it('accepts the valid ones of json_web_signature with an algorithm that it has, and no others', () => {
    const supported = groupsOf('json_web_signature').filter((group) => keysOf(group).size > 0)
    const signed = supported.flatMap((group) => {
      const keys = keysOf(group)
      return group.tests.filter((vector) => isSigned(verdictOn(vector, keys)))
    })
    // The token of 357 stands in the file three times: 367 and 370 have lost the padding they are named for.
    const token357 = signed.find(({ tcId }) => tcId === 357)?.jws
    expect(signed.filter(({ result }) => result !== 'valid').map(({ tcId, jws }) => [tcId, jws])).toEqual([
      [367, token357],
      [370, token357],
    ])
    // Valid according to the file, but with a question mark in the base64url, which RFC 7515 §2 does not allow.
    const refused = supported.flatMap(({ tests }) => tests).filter((vector) => !signed.includes(vector))
    expect(refused.filter(({ result }) => result === 'valid').map(({ tcId }) => tcId)).toEqual([372, 373])
  })

  it('refuses valid signatures of an algorithm that it does not have, whatever the key could do', () => {
    const groups = groupsOf('json_web_signature').filter(({ comment }) => /^(rs|ps)(384|512)$/.test(comment ?? ''))
    expect(groups.length).toBe(4)
    for (const { public: jwk, tests } of groups) {
      const key = keyFrom({ ...(jwk as Jwk), alg: 'RS256' })
      const verdicts = tests
        .filter(({ result }) => result === 'valid')
        .map((vector) => verdictOn(vector, new Map([[key?.kid, key]])))
      expect(new Set(verdicts)).toEqual(new Set(['wrong_algorithm']))
    }
  })

  it.each(['json_web_key', 'json_web_crypto'])('agrees with %s, except where only a JWK Set could decide', (file) => {
    const differing = groupsOf(file).flatMap((group) => {
      const keys = keysOf(group)
      const verify = (vector: Vector) => isSigned(verdictOn(vector, keys))
      return disagreements({ ...group, tests: group.tests.filter(({ jws }) => jws !== undefined) }, verify).map(
        (tcId) => `${tcId} ${group.comment}`,
      )
    })
    // This module is given one key with one algorithm. It sees neither a key's `use` nor its neighbours, leaves the length
    // of a secret to keys/secret-key-policy.ts, has no HS384 and no HS512, and does not look for keys made by ROCA chips.
    const known: Record<string, string[]> = {
      json_web_key: [
        '1 jws_mixedSymmetryKeyset',
        '7 jws_rsa_roca_key',
        '10 HS256',
        '14 HS384',
        '15 HS512',
        '21 invalid_use',
      ],
      json_web_crypto: ['46 jws_rsa_roca_key', '47 jws_mixedSymmetryKeyset'],
    }
    expect(differing).toEqual(known[file])
  })

  it('refuses every encrypted token before it looks for a key', () => {
    const encrypted = ['json_web_encryption', 'json_web_crypto'].flatMap(groupsOf).flatMap(({ tests }) => tests)
    const tokens = encrypted.flatMap(({ jwe }) => jwe ?? [])
    expect(tokens.length).toBeGreaterThan(150)
    for (const token of tokens) {
      const verification = verifyJwt(token, () => expect.fail('looked for a key'))
      expect(verification.kind).toBe('refused')
    }
  })
})
