import * as argon2 from '@node-rs/argon2'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { AuthError } from '../errors.ts'
import { systemRandom } from '../platform/random.ts'
import type { HashPool } from './hash-pool.ts'
import { createPasswordCheck } from './password-check.ts'
import { hashPassword, needsRehash } from './password-hash.ts'

// The real hashing, observed: somebody with a stopwatch could see which of these calculations are done.
vi.mock(import('@node-rs/argon2'), { spy: true })

const parameters = { memoryKib: 64, passes: 2, lanes: 1 }
const password = 'correct horse'
const imported = 'pbkdf2_sha256$1$seasalt$PlTOJ9FOrJT8jStMtfSdF0DuEKRYssXx5nkDdoxkYVw='
const weak = 'md5$$3cb4e732631f47e6eb961f34554b7cde'

beforeEach(() => {
  vi.mocked(argon2.hashRaw).mockClear()
})

/** Costs of the argon2 calculations since the test began. */
function calculations(): string[] {
  return vi.mocked(argon2.hashRaw).mock.calls.map(([, options]) => {
    return `m=${options?.memoryCost},t=${options?.timeCost},p=${options?.parallelism}`
  })
}

/** A check whose pool accepts everything, and whose work takes `took.ms` by its clock. */
function aCheck({ allowWeakHashes = false } = {}) {
  const took = { ms: 0 }
  const waits: number[] = []
  let visits = 0
  let now = 0
  const pool: HashPool = {
    run: (work) => {
      visits += 1
      return work()
    },
    running: 0,
    waiting: 0,
  }
  // The clock is read twice, before the work and after it.
  const clock = {
    now: () => {
      now += took.ms
      return now
    },
  }
  const wait = async (ms: number) => {
    waits.push(ms)
  }
  const check = createPasswordCheck({ pool, parameters, allowWeakHashes, random: systemRandom, clock, wait })
  return { ...check, took, waits, visits: () => visits }
}

describe('check', () => {
  it.each([
    ['there is no account', undefined],
    [
      'the password is wrong',
      'argon2$argon2id$v=19$m=64,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$c2FsdHNhbHRzYWx0c2FsdHNhbHRzYWx0c2FsdHNhbHQ',
    ],
    ['the account has an unusable password', '!kUbW3eednC1soBzwtTfgArRUEOvF6kWtvGm6LeR6'],
    ['the hash is malformed', 'argon2$argon2id$v=19$m=64'],
    ['the hash is too costly to check', imported.replace('$1$', '$99999999$')],
    ['the hash is weak, and weak hashes are not allowed', weak],
  ])(
    'refuses after one calculation with the current parameters, in one visit to the pool, when %s',
    async (_when, encoded) => {
      const { check, visits, waits } = aCheck()
      expect(await check(password, encoded)).toMatchObject({ matches: false, needsRehash: false })
      expect(calculations()).toEqual(['m=64,t=2,p=1'])
      expect(visits()).toBe(1)
      expect(waits).toEqual([0])
    },
  )

  it('accepts the right password after the same calculation', async () => {
    const { check, hash, visits } = aCheck()
    const encoded = await hash(password)
    vi.mocked(argon2.hashRaw).mockClear()
    expect(await check(password, encoded)).toMatchObject({ matches: true, needsRehash: false })
    expect(calculations()).toEqual(['m=64,t=2,p=1'])
    expect(visits()).toBe(2)
  })

  it('accepts the right password of an imported hash, and asks for a new hash', async () => {
    const { check } = aCheck({ allowWeakHashes: true })
    for (const encoded of [imported, weak]) {
      expect(await check(password, encoded)).toMatchObject({ matches: true, needsRehash: true })
    }
    expect(calculations()).toEqual([])
  })

  it('asks for a new hash when the parameters were changed', async () => {
    const { check } = aCheck()
    const encoded = await hashPassword(password, { ...parameters, memoryKib: 32 }, systemRandom)
    expect(await check(password, encoded)).toMatchObject({ matches: true, needsRehash: true })
    expect(await check('wrong', encoded)).toMatchObject({ matches: false, needsRehash: false })
  })

  it('also verifies the decoy before it refuses a wrong password for an imported hash', async () => {
    const { check, visits } = aCheck({ allowWeakHashes: true })
    for (const encoded of [imported, weak]) {
      expect(await check('wrong', encoded)).toMatchObject({ matches: false, needsRehash: false })
    }
    expect(calculations()).toEqual(['m=64,t=2,p=1', 'm=64,t=2,p=1'])
    expect(visits()).toBe(2)
  })

  it('makes all refusals take as long as those of slow imported hashes, once one was seen', async () => {
    const { check, hash, took, waits } = aCheck()
    const own = await hash(password)
    const attempts: [encoded: string | undefined, tookMs: number][] = [
      [imported, 200],
      [undefined, 8],
      [own, 8],
      ['!unusable', 8],
      [imported, 180],
    ]
    for (const [encoded, tookMs] of attempts) {
      took.ms = tookMs
      await check('wrong', encoded)
    }
    expect(waits.map((waitedMs, index) => waitedMs + (attempts[index]?.[1] ?? 0))).toEqual([200, 250, 250, 250, 250])

    took.ms = 8
    await check(password, own)
    expect(waits).toHaveLength(attempts.length)
  })

  it('makes nobody wait if no hash is imported, however long ours take', async () => {
    const { check, hash, took, waits } = aCheck()
    const own = await hash(password)
    took.ms = 200
    await check('wrong', own)
    took.ms = 8
    await check('wrong', undefined)
    expect(waits).toEqual([0, 0])
  })

  it('reports that the pool is overloaded, before it knows anything', async () => {
    const pool: HashPool = { run: () => Promise.reject(new AuthError('overloaded')), running: 0, waiting: 0 }
    const options = { pool, parameters, allowWeakHashes: false, random: systemRandom, clock: { now: () => 0 } }
    const { check, hash } = createPasswordCheck(options)
    for (const encoded of [undefined, imported]) {
      await expect(check(password, encoded)).rejects.toThrow('overloaded')
    }
    await expect(hash(password)).rejects.toThrow('overloaded')
    expect(calculations()).toEqual([])
  })
})

it.each([
  { memoryKib: 262_145, passes: 1, lanes: 1 },
  { memoryKib: 262_144, passes: 5, lanes: 1 },
  { memoryKib: 64, passes: 1, lanes: 17 },
  { memoryKib: 15, passes: 1, lanes: 2 },
])('does not start with parameters whose hashes could not be checked again: %o', (impossible) => {
  const pool: HashPool = { run: (work) => work(), running: 0, waiting: 0 }
  const clock = { now: () => 0 }
  const options = { pool, parameters: impossible, allowWeakHashes: false, random: systemRandom, clock }
  expect(() => createPasswordCheck(options)).toThrow(RangeError)
})

it('hashes with the current parameters, in the pool', async () => {
  const { hash, visits } = aCheck()
  expect(needsRehash(await hash(password), parameters)).toBe(false)
  expect(visits()).toBe(1)
})
