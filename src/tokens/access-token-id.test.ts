import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accessTokenId, isAccessTokenId } from './access-token-id.ts'

const seed = '5e'.repeat(16)
const nonce = '0123456789abcdef'
const life = { issuedAt: 1_900_000_000_400, expiresAt: 1_900_000_300_400 }

describe('the id of an access token', () => {
  it('has 32 hex digits (contract section 5) and is recognised by its session, in whole seconds', () => {
    const jti = accessTokenId(seed, nonce, life)
    expect(jti).toMatch(/^[0-9a-f]{32}$/)
    expect(isAccessTokenId(seed, jti, life)).toBe(true)
    expect(isAccessTokenId(seed, jti, { issuedAt: 1_900_000_000_000, expiresAt: 1_900_000_300_999 })).toBe(true)
  })

  it('does not match another session, another lifetime, or another text', () => {
    const jti = accessTokenId(seed, nonce, life)
    expect(isAccessTokenId('e5'.repeat(16), jti, life)).toBe(false)
    expect(isAccessTokenId(seed, jti, { ...life, issuedAt: life.issuedAt + 1_000 })).toBe(false)
    expect(isAccessTokenId(seed, jti, { ...life, expiresAt: life.expiresAt + 1_000 })).toBe(false)
    for (const other of [jti.toUpperCase(), `${jti}0`, jti.slice(1), '', 7, undefined, null, [jti], { jti }]) {
      expect(isAccessTokenId(seed, other, life)).toBe(false)
    }
    fc.assert(
      fc.property(fc.nat(31), fc.constantFrom(...'0123456789abcdef'), (at, digit) => {
        const changed = jti.slice(0, at) + digit + jti.slice(at + 1)
        expect(isAccessTokenId(seed, changed, life)).toBe(changed === jti)
      }),
    )
  })
})
