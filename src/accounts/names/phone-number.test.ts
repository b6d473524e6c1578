import { describe, expect, it } from 'vitest'
import { phoneKey } from './phone-number.ts'

describe('the key of a phone number', () => {
  it.each([
    ['+49 (0)30 123456', undefined, '+4930123456'],
    ['+49 30 123456', 'US', '+4930123456'],
    ['030/12 34 56', 'DE', '+4930123456'],
    ['0049 30 123456', 'DE', '+4930123456'],
    ['(415) 555-2671', 'US', '+14155552671'],
    ['+1 415 555 2671', undefined, '+14155552671'],
    ['＋１４１５５５５２６７１', undefined, '+14155552671'],
    ['+39 06 1234567', undefined, '+39061234567'],
  ])('of %s in %s is %s', (typed, region, key) => {
    expect(phoneKey(typed, region)).toBe(key)
    expect(phoneKey(key, undefined)).toBe(key)
  })

  it.each([
    ['', 'DE'],
    ['030 123456', undefined],
    ['+49 3', 'DE'],
    ['+999 123456789', 'DE'],
    ['anna', 'DE'],
    ['anna 030 123456', 'DE'],
    ['+49 30 123456 ext. 7', 'DE'],
    ['+49 30 123456 and more', 'DE'],
    [`+49 30 ${'1'.repeat(100)}`, 'DE'],
    [`+49 30 1234${' '.repeat(100)}56`, 'DE'],
  ])('does not exist for %s in %s', (typed, region) => {
    expect(phoneKey(typed, region)).toBeUndefined()
  })
})
