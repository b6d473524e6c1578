import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listEvents } from '../../src/audit/event-search-store.ts'
import type { AuditOrigin } from '../../src/audit/events.ts'
import type { KeyRing } from '../../src/keys/key-ring.ts'
import { databases } from '../support/databases.ts'
import {
  accessTokenOf,
  createKeyRings,
  DAY,
  isGood,
  type KeyRings,
  kidOf,
  MINUTE,
  refreshTokenOf,
} from '../support/key-rings.ts'

const START = 1_900_000_000_000

const admin: AuditOrigin = { actor: 'command_line', address: '', userAgent: '' }

describe.each(databases)('the key ring on $name', (database) => {
  let rings: KeyRings

  beforeEach(async () => {
    rings = await createKeyRings(database, START)
  })
  afterEach(() => rings.close())

  describe('at start', () => {
    it('creates a current and a next key, and signs both kinds of token', async () => {
      const ring = await rings.aLoadedRing()
      expect(await rings.states()).toEqual(['current', 'next'])
      expect(isGood(ring, accessTokenOf(ring))).toBe(true)
      expect(isGood(ring, refreshTokenOf(ring))).toBe(true)
    })

    it('finds its keys again', async () => {
      const before = await rings.aLoadedRing()
      const tokens = [accessTokenOf(before), refreshTokenOf(before)]
      rings.clock.advance(DAY)
      const ring = await rings.aLoadedRing()
      expect(kidOf(ring)).toBe(kidOf(before))
      for (const token of tokens) expect(isGood(ring, token)).toBe(true)
      expect(refreshTokenOf(ring)).toBe(tokens[1])
    })

    it('agrees on one current key, although sixteen processes start on an empty database', async () => {
      const sixteen = Array.from({ length: 16 }, () => rings.aRing())
      await Promise.all(sixteen.map((ring) => ring.load()))
      expect(new Set(sixteen.map(kidOf)).size).toBe(1)
      expect(await rings.states()).toEqual(['current', 'next'])
    })

    it('refuses to sign before it was loaded', () => {
      expect(() => rings.aRing().currentPair()).toThrow('was not loaded')
      expect(rings.aRing().find('x')).toEqual([])
    })

    it('stores no private key unencrypted', async () => {
      await rings.aLoadedRing()
      const rows = await rings.aDatabase().read.selectFrom('signing_keys').selectAll().execute()
      expect(rows).toHaveLength(2)
      for (const row of rows) expect(row.sealed_private_jwk).toMatch(/^s1\.[\w-]{12}\.[\w-]+$/)
    })
  })

  describe('a rotation', () => {
    it('happens by age, and the old key verifies until its last token has expired', async () => {
      const ring = await rings.aLoadedRing()
      rings.clock.advance(90 * DAY - 1)
      await ring.maintain()
      const [firstKid, token] = [kidOf(ring), refreshTokenOf(ring)]
      rings.clock.advance(1)
      await ring.maintain()
      expect(kidOf(ring)).not.toBe(firstKid)
      expect(await rings.states()).toEqual(['current', 'next', 'retiring'])
      rings.clock.advance(DAY)
      await ring.maintain()
      expect(isGood(ring, token)).toBe(true)
      rings.clock.advance(2 * MINUTE)
      await ring.maintain()
      expect(isGood(ring, token)).toBe(false)
      expect(await rings.states()).toEqual(['current', 'next', 'retired'])
    })

    it('has one winner among sixteen at once, and all sign with the same key afterwards', async () => {
      const sixteen = await Promise.all(Array.from({ length: 16 }, () => rings.aLoadedRing()))
      const outcomes = await Promise.all(sixteen.map((ring) => ring.rotate(admin, { isImmediate: true })))
      expect(outcomes.filter((outcome) => outcome.kind === 'rotated')).toHaveLength(1)
      expect(new Set(sixteen.map(kidOf)).size).toBe(1)
      expect(await rings.states()).toEqual(['current', 'next', 'retiring'])
    })

    it('has one winner among sixteen when it happens by age', async () => {
      const sixteen = await Promise.all(Array.from({ length: 16 }, () => rings.aLoadedRing()))
      rings.clock.advance(90 * DAY)
      await Promise.all(sixteen.map((ring) => ring.maintain()))
      expect(new Set(sixteen.map(kidOf)).size).toBe(1)
      expect(await rings.states()).toEqual(['current', 'next', 'retiring'])
    })

    it('invalidates no token: a process that has not read the ring again verifies the new ones and keeps signing', async () => {
      const [ring, other] = [await rings.aLoadedRing(), await rings.aLoadedRing()]
      await ring.rotate(admin, { isImmediate: true })
      expect(isGood(other, accessTokenOf(ring))).toBe(true)
      expect(isGood(other, refreshTokenOf(ring))).toBe(true)
      expect(isGood(ring, refreshTokenOf(other))).toBe(true)
      await other.refresh()
      expect(kidOf(other)).toBe(kidOf(ring))
    })

    it('can follow another one at once, and an unknown kid then makes other processes read the ring again', async () => {
      const [ring, other] = [await rings.aLoadedRing(), await rings.aLoadedRing()]
      await ring.rotate(admin, { isImmediate: true })
      await ring.rotate(admin, { isImmediate: true })
      const token = refreshTokenOf(ring)
      expect(isGood(other, token)).toBe(false)
      const found = await Promise.all(
        Array.from({ length: 50 }, () => other.refreshForUnknown(ring.currentPair().refresh.kid ?? '')),
      )
      expect(found).not.toContain(false)
      expect(isGood(other, token)).toBe(true)
    })

    it('is rolled back as a whole if its audit event cannot be written', async () => {
      const ring = await rings.aLoadedRing()
      const broken = await rings.aLoadedRing({ recordEvent: () => Promise.reject(new Error('no room')) })
      await expect(broken.rotate(admin, { isImmediate: true })).rejects.toThrow('no room')
      await broken.refresh()
      expect(kidOf(broken)).toBe(kidOf(ring))
      expect(await rings.states()).toEqual(['current', 'next'])
    })
  })

  describe('a retired key', () => {
    it('is refused from the next request on, here at once and elsewhere after the next reading', async () => {
      const [ring, other] = [await rings.aLoadedRing(), await rings.aLoadedRing()]
      const [kid, tokens] = [kidOf(ring), [accessTokenOf(ring), refreshTokenOf(ring)]]
      expect(await ring.retire(kid, admin)).toMatchObject({ kind: 'retired', key: { kid, activatedAt: START } })
      await other.refresh()
      for (const one of [ring, other]) {
        for (const token of tokens) expect(isGood(one, token)).toBe(false)
        expect(one.wasRetired(kid)).toBe(true)
        expect(one.wasRetired(`${kid}.r`)).toBe(true)
        expect(kidOf(one)).not.toBe(kid)
        expect(isGood(one, accessTokenOf(one))).toBe(true)
      }
      expect(ring.jwkSet().keys.map((key) => key.kid)).not.toContain(kid)
    })

    it('is destroyed, and no restart brings it back', async () => {
      const ring = await rings.aLoadedRing()
      const [kid, token] = [kidOf(ring), refreshTokenOf(ring)]
      await ring.retire(kid, admin)
      const sealed = rings
        .aDatabase()
        .read.selectFrom('signing_keys')
        .select('sealed_private_jwk')
        .where('kid', '=', kid)
      expect(await sealed.executeTakeFirst()).toEqual({ sealed_private_jwk: null })
      expect(isGood(await rings.aLoadedRing(), token)).toBe(false)
    })

    it('does not affect the tokens of the others', async () => {
      const ring = await rings.aLoadedRing()
      const [firstKid, firstToken] = [kidOf(ring), refreshTokenOf(ring)]
      await ring.rotate(admin, { isImmediate: true })
      const token = refreshTokenOf(ring)
      await ring.retire(firstKid, admin)
      expect([isGood(ring, firstToken), isGood(ring, token)]).toEqual([false, true])
    })

    it('is retired once by sixteen at once, with one successor', async () => {
      const sixteen = await Promise.all(Array.from({ length: 16 }, () => rings.aLoadedRing()))
      const kid = kidOf(sixteen[0] as KeyRing)
      const outcomes = await Promise.all(sixteen.map((ring) => ring.retire(kid, admin)))
      expect(outcomes.filter(({ kind }) => kind === 'retired')).toHaveLength(1)
      expect(await rings.states()).toEqual(['current', 'next', 'retired'])
    })

    it('must exist: an unknown one cannot be retired', async () => {
      const ring = await rings.aLoadedRing()
      expect(await ring.retire('nobody’s', admin)).toEqual({ kind: 'unknown' })
      expect(ring.wasRetired('nobody’s')).toBe(false)
    })
  })

  it('records every change in the audit log, with its actor', async () => {
    const ring = await rings.aLoadedRing()
    const kid = kidOf(ring)
    await ring.rotate(admin, { isImmediate: true })
    await ring.retire(kid, admin)
    const { events } = await listEvents(rings.aDatabase().read, { limit: 50 })
    expect(events.map(({ event, origin }) => `${event} by ${origin.actor}`).reverse()).toEqual([
      'key.activated by server',
      'key.created by server',
      'key.superseded by command_line',
      'key.activated by command_line',
      'key.created by command_line',
      'key.retired by command_line',
    ])
    expect(events[0]?.facts).toEqual({ kid, algorithm: 'ES256' })
  })
})
