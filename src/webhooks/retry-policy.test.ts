import { expect, it } from 'vitest'
import { nextDeliveryAt } from './retry-policy.ts'

it('waits longer each time, and gives up after the tenth attempt, on the third day', () => {
  const waits: number[] = []
  let now = 0
  for (let attempts = 1; ; attempts++) {
    const next = nextDeliveryAt(attempts, now)
    if (next === undefined) break
    waits.push(next - now)
    now = next
  }
  expect(waits).toHaveLength(9)
  expect(waits).toEqual(waits.toSorted((one, other) => one - other))
  expect(waits[0]).toBe(5_000)
  expect(now / 86_400_000).toBeCloseTo(2.86, 1)
})
