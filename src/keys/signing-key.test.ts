import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  dueSteps,
  jwkSetMaxAgeSeconds,
  type KeyStep,
  keyState,
  type RotationPolicy,
  rotationTime,
  type SigningKey,
  signingKid,
  stepsToRetire,
  stepsToRotate,
  wasRetiredEarly,
} from './signing-key.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const NOW = 1_900_000_000_000

const policy: RotationPolicy = {
  algorithm: 'ES256',
  fixedKid: undefined,
  signingKeyLifetimeMs: 90 * DAY,
  longestTokenLifetimeMs: DAY,
}

function aKey(kid: string, facts: Partial<SigningKey> = {}): SigningKey {
  const never = { activatedAt: undefined, supersededAt: undefined, retiresAt: undefined, retiredAt: undefined }
  return { kid, algorithm: 'ES256', createdAt: NOW - DAY, ...never, rotationAskedAt: undefined, ...facts }
}

const aCurrentKey = (kid: string, facts: Partial<SigningKey> = {}) => aKey(kid, { activatedAt: NOW - DAY, ...facts })
const aRetiringKey = (kid: string, facts: Partial<SigningKey> = {}) =>
  aCurrentKey(kid, { supersededAt: NOW - MINUTE, retiresAt: NOW + DAY, ...facts })

/** The keys after these steps, as the store would have them. */
function apply(keys: readonly SigningKey[], steps: readonly KeyStep[], now: number, algorithm = policy.algorithm) {
  let changed = [...keys]
  const change = (kid: string, facts: Partial<SigningKey>) => {
    changed = changed.map((key) => (key.kid === kid ? { ...key, ...facts } : key))
  }
  for (const step of steps) {
    if (step.kind === 'activate') change(step.kid, { activatedAt: now })
    else if (step.kind === 'supersede') change(step.kid, { supersededAt: now, retiresAt: step.retiresAt })
    else if (step.kind === 'ask_rotation') change(step.kid, { rotationAskedAt: now })
    else if (step.kind === 'retire') change(step.kid, { retiredAt: now })
    else {
      const activatedAt = step.as === 'current' ? now : undefined
      changed.push(aKey(`key ${changed.length}`, { algorithm, createdAt: now, activatedAt }))
    }
  }
  return changed
}

const states = (keys: readonly SigningKey[], now: number) => keys.map((key) => keyState(key, now))

describe('the state of a key', () => {
  it.each([
    ['next', aKey('a')],
    ['current', aCurrentKey('a')],
    ['retiring', aRetiringKey('a')],
    ['retiring', aRetiringKey('a', { retiresAt: NOW + 1 })],
    ['retired', aRetiringKey('a', { retiresAt: NOW })],
    ['retired', aCurrentKey('a', { retiredAt: NOW - 1 })],
    ['retired', aKey('a', { retiredAt: NOW - 1 })],
  ] as const)('is %s', (state, key) => {
    expect(keyState(key, NOW)).toBe(state)
  })
})

describe('what is due', () => {
  it('is a current and a next key if there are none', () => {
    const steps = dueSteps([], NOW, policy, true)
    expect(states(apply([], steps, NOW), NOW)).toEqual(['current', 'next'])
  })

  it('is nothing while the current key is young and the next one is published', () => {
    expect(dueSteps([aCurrentKey('a'), aKey('b')], NOW, policy, false)).toEqual([])
    expect(dueSteps([aCurrentKey('a'), aKey('b')], NOW, policy, true)).toEqual([])
  })

  it('is a rotation when the current key is old; the old key then verifies for the longest life of a token', () => {
    const keys = [aCurrentKey('a', { activatedAt: NOW - 90 * DAY }), aKey('b')]
    const rotated = apply(keys, dueSteps(keys, NOW, policy, false), NOW)
    expect(states(rotated, NOW)).toEqual(['retiring', 'current', 'next'])
    expect(keyState(rotated[0] as SigningKey, NOW + DAY)).toBe('retiring')
    expect(states(rotated, NOW + DAY + 5 * MINUTE)).toEqual(['retired', 'current', 'next'])
  })

  it('lets no key sign by age before every verifier can have seen it', () => {
    const old = aCurrentKey('a', { activatedAt: NOW - 100 * DAY })
    expect(dueSteps([old, aKey('b', { createdAt: NOW - 14 * MINUTE })], NOW, policy, false)).toEqual([])
    expect(dueSteps([old, aKey('b', { createdAt: NOW - 15 * MINUTE })], NOW, policy, false)).not.toEqual([])
  })

  it('is the end of a key whose tokens have expired', () => {
    const keys = [aRetiringKey('a', { retiresAt: NOW }), aCurrentKey('b'), aKey('c')]
    expect(dueSteps(keys, NOW, policy, false)).toEqual([{ kind: 'retire', kid: 'a' }])
  })

  it('is nothing for HS256 beyond noting SECRET_KEY as the current key', () => {
    const hs256: RotationPolicy = { ...policy, algorithm: 'HS256', fixedKid: 'secret' }
    expect(dueSteps([], NOW, hs256, true)).toEqual([{ kind: 'create', as: 'current' }])
    const old = aCurrentKey('secret', { algorithm: 'HS256', activatedAt: NOW - 1000 * DAY })
    expect(dueSteps([old], NOW, hs256, true)).toEqual([])
    expect(dueSteps([], NOW, { ...hs256, fixedKid: undefined }, true)).toEqual([])
  })

  it('is a new key for a replaced SECRET_KEY, while the previous one keeps verifying', () => {
    const hs256: RotationPolicy = { ...policy, algorithm: 'HS256', fixedKid: 'new secret' }
    const keys = [aCurrentKey('old secret', { algorithm: 'HS256' })]
    const steps = dueSteps(keys, NOW, hs256, true)
    expect(states(apply(keys, steps, NOW, 'HS256'), NOW)).toEqual(['retiring', 'current'])
  })
})

describe('a change of ALGORITHM', () => {
  const keys = [aCurrentKey('old'), aKey('old next')]
  const newPolicy: RotationPolicy = { ...policy, algorithm: 'EdDSA' }

  it('takes effect when a process starts, while the previous key keeps verifying', () => {
    expect(dueSteps(keys, NOW, newPolicy, false)).toHaveLength(2)
    const changed = apply(keys, dueSteps(keys, NOW, newPolicy, true), NOW, 'EdDSA')
    expect(states(changed, NOW)).toEqual(['retiring', 'retired', 'current', 'next'])
    expect(signingKid(changed, NOW, 'EdDSA')).toBe('key 2')
  })

  it('leaves a process of the previous configuration signing with its last key, without taking over again', () => {
    const changed = apply(keys, dueSteps(keys, NOW, newPolicy, true), NOW, 'EdDSA')
    expect(dueSteps(changed, NOW, policy, false)).toEqual([])
    expect(signingKid(changed, NOW, 'ES256')).toBe('old')
  })
})

describe('a rotation by hand', () => {
  it('lets the next key sign at once and publishes another', () => {
    const keys = [aCurrentKey('a'), aKey('b', { createdAt: NOW })]
    expect(states(apply(keys, stepsToRotate(keys, NOW, policy, true), NOW), NOW)).toEqual([
      'retiring',
      'current',
      'next',
    ])
  })

  it('creates a key if none is published yet', () => {
    const keys = [aCurrentKey('a')]
    expect(states(apply(keys, stepsToRotate(keys, NOW, policy, true), NOW), NOW)).toEqual([
      'retiring',
      'current',
      'next',
    ])
  })

  it('works beside another configuration that signs too', () => {
    const keys = [aCurrentKey('a'), aKey('b'), aCurrentKey('other', { algorithm: 'EdDSA' })]
    const rotated = apply(keys, stepsToRotate(keys, NOW, policy, true), NOW)
    expect(signingKid(rotated, NOW, 'ES256')).toBe('b')
  })

  it('is nothing if no key is current, and for HS256', () => {
    expect(stepsToRotate([], NOW, policy, true)).toEqual([])
    const secret = aCurrentKey('secret', { algorithm: 'HS256' })
    expect(stepsToRotate([secret], NOW, { ...policy, algorithm: 'HS256', fixedKid: 'secret' }, true)).toEqual([])
  })
})

describe('rotating by hand a key whose successor is not known everywhere', () => {
  const keys = [aCurrentKey('a'), aKey('b', { createdAt: NOW - 5 * MINUTE })]

  it('waits until the successor has been published for fifteen minutes, and says when that is', () => {
    expect(rotationTime(keys, NOW, policy)).toBe(NOW + 10 * MINUTE)
    const asked = apply(keys, stepsToRotate(keys, NOW, policy, false), NOW)
    expect(states(asked, NOW)).toEqual(['current', 'next'])
    // Asking again changes nothing.
    expect(stepsToRotate(asked, NOW + MINUTE, policy, false)).toEqual([])
    expect(rotationTime(asked, NOW + MINUTE, policy)).toBe(NOW + 10 * MINUTE)
    expect(dueSteps(asked, NOW + 10 * MINUTE - 1, policy, false)).toEqual([])
    const later = NOW + 10 * MINUTE
    const rotated = apply(asked, dueSteps(asked, later, policy, false), later)
    expect(states(rotated, later)).toEqual(['retiring', 'current', 'next'])
    // The new key does not inherit the request.
    expect(dueSteps(rotated, later + DAY, policy, false)).toEqual([])
  })

  it('waits each time, even twice in a row', () => {
    const known = [aCurrentKey('a'), aKey('b')]
    const once = apply(known, stepsToRotate(known, NOW, policy, false), NOW)
    expect(states(once, NOW)).toEqual(['retiring', 'current', 'next'])
    expect(rotationTime(once, NOW, policy)).toBe(NOW + 15 * MINUTE)
    const twice = apply(once, stepsToRotate(once, NOW, policy, false), NOW)
    expect(states(twice, NOW)).toEqual(['retiring', 'current', 'next'])
  })

  it('waits no longer than verifiers may keep the JWK Set', () => {
    expect(jwkSetMaxAgeSeconds(policy.signingKeyLifetimeMs) * 1_000).toBeLessThanOrEqual(15 * MINUTE)
  })

  it('does not wait if the key has leaked', () => {
    const rotated = apply(keys, stepsToRotate(keys, NOW, policy, true), NOW)
    expect(states(rotated, NOW)).toEqual(['retiring', 'current', 'next'])
  })
})

describe('retiring a key by hand', () => {
  const keys = [aRetiringKey('a'), aCurrentKey('b'), aKey('c')]

  it.each([
    ['a', ['retired', 'current', 'next']],
    ['b', ['retiring', 'retired', 'current', 'next']],
    ['c', ['retiring', 'current', 'retired', 'next']],
  ])('ends %s at once and leaves a current and a next key', (kid, expected) => {
    expect(states(apply(keys, stepsToRetire(keys, kid, NOW, policy), NOW), NOW)).toEqual(expected)
  })

  it('is nothing for an unknown key and for one that is already retired', () => {
    expect(stepsToRetire(keys, 'z', NOW, policy)).toEqual([])
    expect(stepsToRetire([aRetiringKey('a', { retiresAt: NOW })], 'a', NOW, policy)).toEqual([])
  })
})

describe('the JWK Set', () => {
  it('may be cached for ten minutes, or for less if keys hardly live longer', () => {
    expect(jwkSetMaxAgeSeconds(90 * DAY)).toBe(600)
    expect(jwkSetMaxAgeSeconds(MINUTE)).toBe(30)
  })
})

describe('over any course of events', () => {
  const event = fc.record({
    waitMs: fc.oneof(fc.nat(2 * MINUTE), fc.nat(2 * DAY), fc.nat(100 * DAY)),
    what: fc.constantFrom('maintain', 'maintain', 'maintain', 'start', 'rotate', 'retire'),
    which: fc.nat(),
    algorithm: fc.constantFrom('ES256' as const, 'ES256' as const, 'EdDSA' as const),
  })

  it('one key signs, and no key ends by itself before the last token signed with it', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        let now = NOW
        let keys: SigningKey[] = []
        let algorithm: 'ES256' | 'EdDSA' = 'ES256'
        const lastTokenExpiresAt = new Map<string, number>()
        const killed = new Set<string>()
        for (const { waitMs, what, which, algorithm: configured } of [
          { waitMs: 0, what: 'start', which: 0, algorithm } as const,
          ...events,
        ]) {
          now += waitMs
          const signing = signingKid(keys, now, algorithm)
          if (signing !== undefined) lastTokenExpiresAt.set(signing, now + policy.longestTokenLifetimeMs)
          if (what === 'start') algorithm = configured
          const own = { ...policy, algorithm }
          const victim = keys[which % keys.length]?.kid ?? ''
          if (what === 'retire') killed.add(victim)
          let steps = dueSteps(keys, now, own, what === 'start')
          if (what === 'rotate') steps = stepsToRotate(keys, now, own, which % 2 === 0)
          if (what === 'retire') steps = stepsToRetire(keys, victim, now, own)
          keys = apply(keys, steps, now, algorithm)

          const current = keys.filter((key) => key.algorithm === algorithm && keyState(key, now) === 'current')
          expect(current).toHaveLength(1)
          expect(signingKid(keys, now, algorithm)).toBe(current[0]?.kid)
          if (what !== 'rotate' && what !== 'retire') expect(states(keys, now)).toContain('next')
          for (const { kid, retiresAt, retiredAt } of keys.filter((key) => !killed.has(key.kid))) {
            const endsAt = retiresAt ?? retiredAt ?? Number.POSITIVE_INFINITY
            expect(endsAt).toBeGreaterThan(lastTokenExpiresAt.get(kid) ?? 0)
          }
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('a key that was retired early', () => {
  it('is one that somebody retired, not one that reached its age', () => {
    expect(wasRetiredEarly(aCurrentKey('a', { retiredAt: NOW }))).toBe(true)
    expect(wasRetiredEarly(aRetiringKey('a', { retiredAt: NOW }))).toBe(true)
    expect(wasRetiredEarly(aRetiringKey('a', { retiredAt: NOW + DAY }))).toBe(false)
    for (const key of [aKey('a'), aCurrentKey('a'), aRetiringKey('a')]) expect(wasRetiredEarly(key)).toBe(false)
  })
})
