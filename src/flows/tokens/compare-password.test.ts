import { describe, expect, it } from 'vitest'
import { createTestClock } from '../../../test/support/test-app.ts'
import type { LoginCandidate } from '../../accounts/names/login-candidate-store.ts'
import { createComparePassword } from './compare-password.ts'

const origin = { address: '192.0.2.1', userAgent: '' }

describe('a refused password, if the previous system is asked', () => {
  function aComparison(asksFormerSystem: boolean) {
    const clock = createTestClock()
    const waits: number[] = []
    const wrong = { matches: false, needsRehash: false, isUnverifiable: false }
    const compare = createComparePassword({
      clock,
      passwords: { check: async () => wrong, hash: async () => '' },
      hooks: { has: () => asksFormerSystem, verifies: async () => false },
      async moveIn() {
        clock.advance(400)
        return undefined
      },
      wait: async (ms) => void waits.push(ms),
    })
    return { compare, waits }
  }
  const known = { account: { id: 1 }, passwordHash: 'argon2$…', factors: [] } as unknown as LoginCandidate
  const typed = { username: 'kim', password: 'a wrong password 1' }

  it('takes as long for a name that has an account as for one that the previous system was asked about', async () => {
    const { compare, waits } = aComparison(true)
    await compare(undefined, typed, origin)
    expect(await compare(known, typed, origin)).toMatchObject({ kind: 'failed', reason: 'wrong_password' })
    await compare(undefined, typed, origin)
    const [, forKnown = 0, forUnknown = 0] = waits
    expect(forKnown).toBeGreaterThanOrEqual(400)
    expect(Math.abs(forKnown - (400 + forUnknown))).toBeLessThan(50)
  })

  it('does not wait without the hook', async () => {
    const { compare, waits } = aComparison(false)
    await compare(undefined, typed, origin)
    await compare(known, typed, origin)
    expect(waits).toEqual([])
  })
})
