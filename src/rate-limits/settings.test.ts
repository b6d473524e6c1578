import { describe, expect, it } from 'vitest'
import { rateLimitSettings } from './settings.ts'

const { read } = rateLimitSettings.properties['login-per-address'].setting

describe('a limit in the environment', () => {
  it.each([
    ['30/5m', { count: 30, windowMs: 300_000 }],
    ['1/1s', { count: 1, windowMs: 1_000 }],
    ['1000000/7d', { count: 1_000_000, windowMs: 604_800_000 }],
    ['off', undefined],
    ['OFF', undefined],
  ])('reads %j', (text, rate) => {
    expect(read(text)).toEqual(rate)
  })

  it.each([
    ['30', 'is not a rate limit'],
    ['30/', 'is not a rate limit'],
    ['30/5', 'is not a rate limit'],
    ['/5m', 'is not a rate limit'],
    ['30 / 5m', 'is not a rate limit'],
    ['-1/5m', 'is not a rate limit'],
    ['1.5/5m', 'is not a rate limit'],
    ['none', 'is not a rate limit'],
    ['0/5m', 'a count from 1 to 1000000, or off'],
    ['1000001/5m', 'a count from 1 to 1000000, or off'],
    ['5/0s', 'a window out of range'],
    ['5/1500ms', 'a window out of range'],
    ['5/8d', 'a window out of range'],
  ])('refuses %j', (text, fault) => {
    expect(() => read(text)).toThrow(fault)
  })
})
