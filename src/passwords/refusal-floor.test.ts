import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRefusalFloor } from './refusal-floor.ts'

describe('the refusal floor', () => {
  it('makes nobody wait as long as nothing was recorded', () => {
    expect(createRefusalFloor().remainingMs(0)).toBe(0)
  })

  it('makes quick and slow checks end together, a quarter above the slowest kind’s average', () => {
    const floor = createRefusalFloor()
    floor.record('md5', 0)
    floor.record('pbkdf2_sha256$260000', 80)
    floor.record('pbkdf2_sha256$720000', 200)
    for (const spentMs of [0, 5, 80, 200, 240]) expect(spentMs + floor.remainingMs(spentMs)).toBe(250)
    expect(floor.remainingMs(300)).toBe(0)
  })

  it('follows the duration of a kind up and down', () => {
    const floor = createRefusalFloor()
    floor.record('bcrypt$12', 1000)
    for (let count = 0; count < 50; count += 1) floor.record('bcrypt$12', 200)
    expect(Math.round(floor.remainingMs(0))).toBe(250)
  })

  it('stays within two seconds, and recovers soon from a clock that was set', () => {
    const floor = createRefusalFloor()
    floor.record('bcrypt$12', 3_600_000)
    expect(floor.remainingMs(0)).toBe(2000)
    for (let count = 0; count < 10; count += 1) floor.record('bcrypt$12', 200)
    expect(floor.remainingMs(0)).toBeLessThan(400)
    floor.record('bcrypt$14', -3_600_000)
    expect(floor.remainingMs(0)).toBeLessThan(400)
  })

  it('records a bounded number of kinds', () => {
    const floor = createRefusalFloor()
    for (let count = 0; count < 50; count += 1) floor.record(`kind ${count}`, 100)
    floor.record('one too many', 1000)
    expect(floor.remainingMs(0)).toBe(125)
  })

  it('never asks for less than zero', () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), fc.nat(), (durations, spentMs) => {
        const floor = createRefusalFloor()
        for (const [index, ms] of durations.entries()) floor.record(`kind ${index % 3}`, ms)
        const remaining = floor.remainingMs(spentMs)
        expect(remaining).toBeGreaterThanOrEqual(0)
        expect(remaining).toBeLessThanOrEqual(2000)
      }),
    )
  })
})
