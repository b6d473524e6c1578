import { expect, it } from 'vitest'
import { nextMailAttemptAt } from './retry-policy.ts'

const NOW = 1_900_000_000_000
const MINUTE = 60_000

it.each([
  [1, 15_000],
  [2, MINUTE],
  [3, 5 * MINUTE],
  [4, 15 * MINUTE],
  [5, 60 * MINUTE],
  [50, 60 * MINUTE],
])('waits after attempt %d for %d ms', (attempts, delay) => {
  expect(nextMailAttemptAt(attempts, NOW, NOW + 86_400_000)).toBe(NOW + delay)
})

it('does not wait for a time at which the email is worthless', () => {
  expect(nextMailAttemptAt(1, NOW, NOW + 15_001)).toBe(NOW + 15_000)
  expect(nextMailAttemptAt(1, NOW, NOW + 15_000)).toBeUndefined()
})
