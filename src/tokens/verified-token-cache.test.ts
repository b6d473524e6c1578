import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Token } from './token.ts'
import { createVerifiedTokenCache, maxCachedTokenLength, type VerifiedToken } from './verified-token-cache.ts'

const now = 1_900_000_000_000

const aToken = (serial: number): Token => ({
  use: 'access',
  subject: { kind: 'named', uid: String(serial) },
  sessionId: 's',
  tokenId: 'j',
  issuedAt: now,
  expiresAt: now + 60_000,
  extra: { amr: ['pwd'] },
})

const aVerifiedToken = (changes: Partial<VerifiedToken> = {}): VerifiedToken => ({
  token: aToken(7),
  kid: 'k1',
  expiresAt: now + 60_000,
  ...changes,
})

const everyKey = () => true

describe('the cache of verified tokens', () => {
  it('returns what was stored for the token', () => {
    const cache = createVerifiedTokenCache()
    cache.put('a.b.c', aVerifiedToken())
    expect(cache.get('a.b.c', now, everyKey)).toEqual(aVerifiedToken())
  })

  it('never answers for a token that differs in one character (CVE-2026-35039)', () => {
    const cache = createVerifiedTokenCache()
    cache.put('a.b.c', aVerifiedToken())
    for (const other of ['a.b.d', 'a.b.C', 'a.b.c ', ' a.b.c', 'a.b.', 'a.b', '', 'a.b.c\0', 'b.a.c', 'á.b.c']) {
      expect(cache.get(other, now, everyKey)).toBeUndefined()
    }
  })

  it('forgets a token in the very millisecond in which it expires', () => {
    const cache = createVerifiedTokenCache()
    cache.put('a.b.c', aVerifiedToken({ expiresAt: now }))
    expect(cache.get('a.b.c', now - 1, everyKey)).toBeDefined()
    expect(cache.get('a.b.c', now, everyKey)).toBeUndefined()
    expect(cache.size).toBe(0)
  })

  it('never answers for a token whose expiry is not a number', () => {
    const cache = createVerifiedTokenCache()
    cache.put('a.b.c', aVerifiedToken({ expiresAt: Number.NaN }))
    expect(cache.get('a.b.c', now, everyKey)).toBeUndefined()
  })

  it('forgets the tokens of a key that is no longer valid, for good', () => {
    const cache = createVerifiedTokenCache()
    cache.put('a.b.c', aVerifiedToken({ kid: 'k1' }))
    cache.put('d.e.f', aVerifiedToken({ kid: undefined }))
    const asked: (string | undefined)[] = []
    const noKey = (kid: string | undefined) => {
      asked.push(kid)
      return false
    }
    expect(cache.get('a.b.c', now, noKey)).toBeUndefined()
    expect(cache.get('d.e.f', now, noKey)).toBeUndefined()
    expect(asked).toEqual(['k1', undefined])
    expect(cache.get('a.b.c', now, everyKey)).toBeUndefined()
  })

  it('returns objects that nobody can change', () => {
    const cache = createVerifiedTokenCache()
    const put = aVerifiedToken()
    cache.put('a.b.c', put)
    const found = cache.get('a.b.c', now, everyKey) ?? expect.fail()
    for (const held of [found, found.token, found.token.subject, found.token.extra, found.token.extra.amr])
      expect(Object.isFrozen(held)).toBe(true)
    expect(() => Object.assign(found.token, { use: 'refresh' })).toThrow(TypeError)
    expect(() => Object.assign(put.token, { use: 'refresh' })).toThrow(TypeError)
    Object.assign(put, { token: aToken(8), expiresAt: Number.POSITIVE_INFINITY })
    expect(cache.get('a.b.c', now, everyKey)).toEqual(aVerifiedToken())
  })

  it('keeps tokens that are in use when it is flooded', () => {
    const cache = createVerifiedTokenCache({ maxEntries: 10 })
    cache.put('in.use.0', aVerifiedToken())
    for (let i = 0; i < 100; i++) {
      cache.put(`flood.${i}.0`, aVerifiedToken())
      if (i % 3 === 0) expect(cache.get('in.use.0', now, everyKey)).toBeDefined()
    }
    expect(cache.get('flood.0.0', now, everyKey)).toBeUndefined()
  })

  it('remembers no token that is longer than usual, so that the number of entries bounds the memory', () => {
    const cache = createVerifiedTokenCache()
    cache.put('x'.repeat(maxCachedTokenLength + 1), aVerifiedToken())
    expect(cache.size).toBe(0)
    expect(cache.get('x'.repeat(maxCachedTokenLength + 1), now, everyKey)).toBeUndefined()
    cache.put('x'.repeat(maxCachedTokenLength), aVerifiedToken())
    expect(cache.size).toBe(1)
  })

  it.each([0, 1])('works without remembering anything if it may hold %i', (maxEntries) => {
    const cache = createVerifiedTokenCache({ maxEntries })
    cache.put('a.b.c', aVerifiedToken())
    expect(cache.size).toBe(0)
    expect(cache.get('a.b.c', now, everyKey)).toBeUndefined()
  })

  it('never holds more than it may, and never answers wrongly, whatever happens', () => {
    const token = fc.integer({ min: 0, max: 30 }).map((n) => `token.${n}.x`)
    const kid = fc.constantFrom('k1', 'k2', undefined)
    const step = fc.oneof(
      fc.record({ do: fc.constant('put' as const), token, kid, lifeMs: fc.integer({ min: 0, max: 20 }) }),
      fc.record({ do: fc.constant('get' as const), token }),
      fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 8 }) }),
      fc.record({ do: fc.constant('retire' as const), kid }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 0, max: 12 }), (steps, maxEntries) => {
        const cache = createVerifiedTokenCache({ maxEntries })
        const truth = new Map<string, VerifiedToken>()
        const retired = new Set<string | undefined>()
        let time = now
        for (const [serial, one] of steps.entries()) {
          if (one.do === 'wait') time += one.ms
          if (one.do === 'retire') retired.add(one.kid)
          if (one.do === 'put') {
            const verified = { token: aToken(serial), kid: one.kid, expiresAt: time + one.lifeMs }
            truth.set(one.token, verified)
            cache.put(one.token, verified)
          }
          if (one.do === 'get') {
            const found = cache.get(one.token, time, (asked) => !retired.has(asked))
            if (found !== undefined) {
              expect(found).toEqual(truth.get(one.token))
              expect(found.expiresAt).toBeGreaterThan(time)
              expect(retired.has(found.kid)).toBe(false)
            }
          }
          expect(cache.size).toBeLessThanOrEqual(maxEntries)
        }
      }),
    )
  })
})
