import { describe, expect, it } from 'vitest'
import { median, summarize } from './latencies.ts'

describe('the summary of latencies', () => {
  it('takes percentiles by nearest rank, whatever the order', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
    expect(summarize(hundred)).toEqual({ p50: 50, p99: 99 })
    expect(summarize([7])).toEqual({ p50: 7, p99: 7 })
    expect(summarize([])).toEqual({ p50: 0, p99: 0 })
  })

  it('sees one slow answer in fifty, but not one in a thousand', () => {
    const quick = (length: number) => Array.from({ length }, () => 1)
    expect(summarize([...quick(49), 900]).p99).toBe(900)
    expect(summarize([...quick(999), 900]).p99).toBe(1)
  })

  it('compares numbers, not their texts', () => {
    expect(median([10, 9, 100])).toBe(10)
    expect(median([4, 1, 3, 2])).toBe(2)
  })
})
