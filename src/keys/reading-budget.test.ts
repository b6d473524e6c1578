import { describe, expect, it } from 'vitest'
import { createReadingBudget } from './reading-budget.ts'

describe('a budget of readings', () => {
  it('allows some at once, then one per interval, and saves no more than the first number', () => {
    let now = 1_000_000
    const mayRead = createReadingBudget({ now: () => now }, 3, 2_000)
    const affordable = () => Array.from({ length: 10 }, mayRead).filter(Boolean).length
    expect(affordable()).toBe(3)
    expect(affordable()).toBe(0)
    now += 1_999
    expect(affordable()).toBe(0)
    now += 1
    expect(affordable()).toBe(1)
    now += 3_600_000
    expect(affordable()).toBe(3)
  })

  it('survives a clock that is set back', () => {
    let now = 1_000_000
    const mayRead = createReadingBudget({ now: () => now }, 1, 2_000)
    expect(mayRead()).toBe(true)
    now -= 500_000
    expect(mayRead()).toBe(false)
    now += 2_000
    expect(mayRead()).toBe(true)
  })
})
