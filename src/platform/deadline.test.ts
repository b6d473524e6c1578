import { describe, expect, it, vi } from 'vitest'
import { inTime } from './deadline.ts'

describe('a promise with a deadline', () => {
  it('returns the result, or throws the reason', async () => {
    await expect(inTime(60_000, Promise.resolve('in time'))).resolves.toBe('in time')
    await expect(inTime(60_000, Promise.reject(new Error('its own')))).rejects.toThrow('its own')
  })

  it('is not waited for any longer, and harms nobody if it fails later', async () => {
    const late = Promise.withResolvers<never>()
    await expect(inTime(1, late.promise)).rejects.toThrow('there was no answer within 1 ms')
    late.reject(new Error('too late to be of interest'))
    await expect(late.promise).rejects.toThrow()
  })

  it('leaves no timer behind', async () => {
    vi.useFakeTimers()
    await inTime(60_000, Promise.resolve())
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
  })
})
