import { createLocalJWKSet, jwtVerify } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AuditOrigin } from '../../src/audit/events.ts'
import { keyState } from '../../src/keys/signing-key.ts'
import { signJwt } from '../../src/tokens/jwt.ts'
import { createHmacJwtKey } from '../../src/tokens/jwt-key.ts'
import { databases } from '../support/databases.ts'
import {
  accessTokenOf,
  createKeyRings,
  DAY,
  isGood,
  type KeyRings,
  kidOf,
  MINUTE,
  OLD_SECRET,
  refreshTokenOf,
  SECRET,
} from '../support/key-rings.ts'

const START = 1_900_000_000_000

const admin: AuditOrigin = { actor: 'command_line', address: '', userAgent: '' }

/** These tests are about decisions in memory, so the database does not matter. */
const oneOf = databases.filter(({ name }) => name === 'SQLite')

describe.each(oneOf)('the key ring in memory', (database) => {
  let rings: KeyRings

  beforeEach(async () => {
    rings = await createKeyRings(database, START)
  })
  afterEach(() => rings.close())

  describe('a kid', () => {
    it.each(['', '__proto__', 'constructor', 'toString', '../../dev/null', "' or 1=1 --", 'A'.repeat(43)])(
      'of %j belongs to no key',
      async (kid) => {
        const ring = await rings.aLoadedRing()
        expect(ring.find(kid)).toEqual([])
        expect(await ring.refreshForUnknown(kid)).toBe(false)
      },
    )

    it('is required: a token without one is not verified with any key', async () => {
      const ring = await rings.aLoadedRing({ secretKeyFallbacks: [OLD_SECRET] })
      expect(ring.find(undefined)).toEqual([])
    })
  })

  describe('unknown kids', () => {
    it('cause a handful of readings, however many are presented', async () => {
      const database = rings.aDatabase()
      const ring = await rings.aLoadedRing({ database })
      let readings = 0
      const { selectFrom } = database.read
      database.read.selectFrom = ((...args: Parameters<typeof selectFrom>) => {
        readings++
        return selectFrom.apply(database.read, args)
      }) as typeof selectFrom
      for (let junk = 0; junk < 200; junk++) await ring.refreshForUnknown(String(junk).padStart(43, 'x'))
      expect(readings).toBeGreaterThan(0)
      expect(readings).toBeLessThanOrEqual(5)
      rings.clock.advance(2_000)
      await ring.refreshForUnknown('y'.repeat(43))
      expect(readings).toBeLessThanOrEqual(6)
    })
  })

  describe('the JWK Set', () => {
    it('lets jose verify access tokens before and after a rotation, and keeps the signing key first', async () => {
      const ring = await rings.aLoadedRing()
      const tokens = [accessTokenOf(ring)]
      expect(ring.jwkSet().keys).toHaveLength(2)
      expect(await ring.rotate(admin, { isImmediate: true })).toMatchObject({ kind: 'rotated' })
      tokens.push(accessTokenOf(ring))
      const { keys } = ring.jwkSet()
      expect(keys.map(({ kid }) => kid)).toHaveLength(3)
      expect(keys[0]?.kid).toBe(kidOf(ring))
      const jwks = createLocalJWKSet({ keys: [...keys] })
      for (const token of tokens) expect((await jwtVerify(token, jwks)).payload.sub).toBe('7')
    })

    it('announces a key before it signs', async () => {
      const ring = await rings.aLoadedRing()
      const announced = ring.jwkSet().keys.map(({ kid }) => kid)
      rings.clock.advance(90 * DAY)
      await ring.maintain()
      expect(kidOf(ring)).toBe(announced[1])
    })
  })

  describe('a key that has reached its age', () => {
    it('is refused by every process, although nobody recorded its end', async () => {
      const [ring, other] = [await rings.aLoadedRing(), await rings.aLoadedRing()]
      const token = accessTokenOf(ring)
      await ring.rotate(admin, { isImmediate: true })
      await other.refresh()
      expect(isGood(other, token)).toBe(true)
      rings.clock.advance(DAY + 2 * MINUTE)
      await other.refresh()
      expect(isGood(other, token)).toBe(false)
    })
  })

  describe('a change of SECRET_KEY', () => {
    it('keeps the keys if the previous one is a fallback, and encrypts them again', async () => {
      const before = await rings.aLoadedRing({ secretKey: OLD_SECRET })
      const token = refreshTokenOf(before)
      const between = await rings.aLoadedRing({ secretKeyFallbacks: [OLD_SECRET] })
      expect(kidOf(between)).toBe(kidOf(before))
      const ring = await rings.aLoadedRing()
      expect(isGood(ring, token)).toBe(true)
    })

    it('prevents the start if it is not, with the cure, and changes nothing', async () => {
      const before = await rings.aLoadedRing({ secretKey: OLD_SECRET })
      await expect(rings.aLoadedRing()).rejects.toThrow('SECRET_KEY_FALLBACKS')
      expect(isGood(await rings.aLoadedRing({ secretKey: OLD_SECRET }), refreshTokenOf(before))).toBe(true)
    })

    it('without the previous one is survived by retiring the keys, without loading them', async () => {
      const before = await rings.aLoadedRing({ secretKey: OLD_SECRET })
      const ring = rings.aRing()
      for (const { kid } of await rings.keys()) expect(await ring.retire(kid, admin)).toMatchObject({ kind: 'retired' })
      await ring.load()
      expect(isGood(ring, accessTokenOf(ring))).toBe(true)
      expect(isGood(ring, accessTokenOf(before))).toBe(false)
    })

    it('does not affect a running process, which keeps what it has', async () => {
      const running = await rings.aLoadedRing({ secretKey: OLD_SECRET })
      const newer = await rings.aLoadedRing({ secretKeyFallbacks: [OLD_SECRET] })
      rings.clock.advance(90 * DAY)
      await newer.maintain()
      await expect(running.refresh()).rejects.toThrow('SECRET_KEY')
      expect(isGood(newer, refreshTokenOf(running))).toBe(true)
    })
  })

  describe('with HS256', () => {
    const hs256 = { algorithm: 'HS256' as const }

    it('signs both kinds of token with SECRET_KEY, under a kid, and publishes nothing', async () => {
      const ring = await rings.aLoadedRing(hs256)
      const { payload, protectedHeader } = await jwtVerify(accessTokenOf(ring), Buffer.from(SECRET))
      expect(payload.sub).toBe('7')
      expect(protectedHeader).toMatchObject({ alg: 'HS256', kid: kidOf(ring) })
      expect(isGood(ring, refreshTokenOf(ring))).toBe(true)
      expect(ring.jwkSet().keys).toEqual([])
    })

    it('accepts tokens without kid from SECRET_KEY and its fallbacks', async () => {
      const ring = await rings.aLoadedRing({ ...hs256, secretKeyFallbacks: [OLD_SECRET] })
      for (const [secret, isTaken] of [
        [SECRET, true],
        [OLD_SECRET, true],
        ['a stranger’s secret', false],
      ] as const) {
        const token = signJwt(createHmacJwtKey({ secret }), { typ: 'JWT' }, { user_id: 7 })
        expect(isGood(ring, token)).toBe(isTaken)
      }
    })

    it('accepts a token of a fallback by its kid', async () => {
      const before = await rings.aLoadedRing({ ...hs256, secretKey: OLD_SECRET })
      const token = refreshTokenOf(before)
      expect(isGood(await rings.aLoadedRing({ ...hs256, secretKeyFallbacks: [OLD_SECRET] }), token)).toBe(true)
      expect(isGood(await rings.aLoadedRing(hs256), token)).toBe(false)
    })

    it('refuses a token with an unknown kid, although SECRET_KEY signed it', async () => {
      const ring = await rings.aLoadedRing(hs256)
      const token = signJwt(createHmacJwtKey({ kid: 'anything', secret: SECRET }), { typ: 'JWT' }, { user_id: 7 })
      expect(isGood(ring, token)).toBe(false)
    })

    it('is neither rotated nor retired: SECRET_KEY is replaced instead', async () => {
      const ring = await rings.aLoadedRing(hs256)
      expect(await ring.rotate(admin, { isImmediate: true })).toEqual({ kind: 'fixed' })
      expect(await ring.retire(kidOf(ring), admin)).toEqual({ kind: 'fixed' })
      rings.clock.advance(1000 * DAY)
      await ring.maintain()
      expect(isGood(ring, accessTokenOf(ring))).toBe(true)
      expect(await rings.states()).toEqual(['current'])
    })

    it('accepts the previous SECRET_KEY again as the current one', async () => {
      const first = await rings.aLoadedRing(hs256)
      await rings.aLoadedRing({ ...hs256, secretKey: OLD_SECRET, secretKeyFallbacks: [SECRET] })
      rings.clock.advance(2 * DAY)
      await rings.aLoadedRing({ ...hs256, secretKeyFallbacks: [OLD_SECRET] })
      const current = (await rings.keys()).filter((key) => keyState(key, rings.clock.now()) === 'current')
      expect(current.map(({ kid }) => kid)).toEqual([kidOf(first)])
    })

    it('writes no kid under SimpleJWT’s rules, and ignores one', async () => {
      const ring = await rings.aLoadedRing({ ...hs256, isStrict: false })
      expect(ring.currentPair().access.kid).toBeUndefined()
      const token = signJwt(createHmacJwtKey({ kid: 'anything', secret: SECRET }), { typ: 'JWT' }, { user_id: 7 })
      expect(isGood(ring, token)).toBe(true)
      expect(isGood(ring, accessTokenOf(ring))).toBe(true)
    })
  })

  describe('a change of ALGORITHM', () => {
    it.each([
      ['ES256', 'EdDSA'],
      ['EdDSA', 'HS256'],
      ['HS256', 'ES256'],
    ] as const)('from %s to %s keeps the tokens until they expire', async (from, to) => {
      const before = await rings.aLoadedRing({ algorithm: from })
      const tokens = [accessTokenOf(before), refreshTokenOf(before)]
      rings.clock.advance(DAY)
      const ring = await rings.aLoadedRing({ algorithm: to })
      expect(ring.currentPair().access.algorithm).toBe(to)
      for (const token of tokens) expect(isGood(ring, token)).toBe(true)
      rings.clock.advance(DAY + 2 * MINUTE)
      await ring.maintain()
      for (const token of tokens) expect(isGood(ring, token)).toBe(false)
      expect(isGood(ring, refreshTokenOf(ring))).toBe(true)
    })

    it('under which the previous configuration still runs somewhere does not lead to a conflict', async () => {
      const before = await rings.aLoadedRing({ algorithm: 'ES256' })
      const ring = await rings.aLoadedRing({ algorithm: 'EdDSA' })
      const keyCount = (await rings.keys()).length
      for (let turn = 0; turn < 5; turn++) {
        rings.clock.advance(MINUTE)
        await before.maintain()
        await ring.maintain()
      }
      expect(await rings.keys()).toHaveLength(keyCount)
      expect(isGood(ring, refreshTokenOf(before))).toBe(true)
      expect(isGood(before, refreshTokenOf(ring))).toBe(true)
    })

    it('accepts no HS256 tokens without kid once keys come in pairs', async () => {
      await rings.aLoadedRing({ algorithm: 'HS256' })
      const ring = await rings.aLoadedRing()
      const token = signJwt(createHmacJwtKey({ secret: SECRET }), { typ: 'JWT' }, { user_id: 7 })
      expect(isGood(ring, token)).toBe(false)
    })
  })
})
