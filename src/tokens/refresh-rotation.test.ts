import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  adoptedSessionId,
  generationOf,
  refreshTokenId,
  whatAdoptedTokenMeans,
  whatRefreshTokenMeans,
} from './refresh-rotation.ts'

const seed = '000102030405060708090a0b0c0d0e0f'
const otherSeed = 'ff0102030405060708090a0b0c0d0e0f'
const chain = { refreshSeed: seed, refreshGeneration: 5, refreshedAt: 1_000_000 }
const means = (jti: string, { now = 1_000_000, window = 10_000 } = {}) => whatRefreshTokenMeans(jti, chain, now, window)

describe('the id of a refresh token', () => {
  it('has 32 hex digits, the same each time, and others for each number and each session', () => {
    expect(refreshTokenId(seed, 5)).toMatch(/^[0-9a-f]{32}$/)
    expect(refreshTokenId(seed, 5)).toBe(refreshTokenId(seed, 5))
    expect(new Set([refreshTokenId(seed, 5), refreshTokenId(seed, 6), refreshTokenId(otherSeed, 5)]).size).toBe(3)
  })

  it('is recognised by its session and by no other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), (generation) => {
        const jti = refreshTokenId(seed, generation)
        expect(generationOf(seed, jti)).toBe(generation)
        expect(generationOf(otherSeed, jti)).toBeUndefined()
      }),
    )
  })

  it.each(['', 'x', `${refreshTokenId(seed, 5)}0`, refreshTokenId(seed, 5).toUpperCase(), '0'.repeat(32)])(
    'is not %j',
    (jti) => {
      expect(generationOf(seed, jti)).toBeUndefined()
    },
  )
})

describe('a presented refresh token (RFC 9700 §4.14.2)', () => {
  it('is current if it is the newest', () => {
    expect(means(refreshTokenId(seed, 5))).toBe('current')
  })

  it('is repeated if it is the predecessor, inside the retry window', () => {
    expect(means(refreshTokenId(seed, 4), { now: 1_009_999 })).toBe('repeated')
  })

  it('is replayed in the very millisecond in which the window closes', () => {
    expect(means(refreshTokenId(seed, 4), { now: 1_010_000 })).toBe('replayed')
  })

  it('is replayed if it is older than the predecessor, however soon', () => {
    expect(means(refreshTokenId(seed, 3))).toBe('replayed')
  })

  it('is never repeated without a window, even for a racer who read the clock before the winner', () => {
    expect(means(refreshTokenId(seed, 4), { now: 999_999, window: 0 })).toBe('replayed')
    expect(means(refreshTokenId(seed, 4), { now: 1_000_000, window: 0 })).toBe('replayed')
  })

  it('is foreign if this session never issued it, or not yet', () => {
    expect(means(refreshTokenId(otherSeed, 5))).toBe('foreign')
    expect(means(refreshTokenId(seed, 6))).toBe('foreign')
  })
})

describe('another server’s refresh token that was adopted', () => {
  const spentAt = (refreshGeneration: number, now: number, window = 10_000) =>
    whatAdoptedTokenMeans({ refreshSeed: seed, refreshGeneration, refreshedAt: 1_000_000 }, now, window)

  it('is repeated inside the retry window, as one of our own would be', () => {
    expect(spentAt(0, 1_009_999)).toBe('repeated')
    expect(spentAt(0, 999_999)).toBe('repeated')
  })

  it('is replayed after it, without one, and once its successor was used', () => {
    expect([spentAt(0, 1_010_000), spentAt(0, 1_000_000, 0), spentAt(1, 1_000_000)]).toEqual(Array(3).fill('replayed'))
  })
})

it('gives a session that follows from the id of the token alone', () => {
  expect(adoptedSessionId('a')).toBe(adoptedSessionId('a'))
  expect(adoptedSessionId('a')).not.toBe(adoptedSessionId('b'))
})
