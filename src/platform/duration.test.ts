import { describe, expect, it } from 'vitest'
import { formatDuration, parseDuration } from './duration.ts'

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['0s', 0],
    ['90s', 90_000],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['2w', 1_209_600_000],
  ])('reads %s as %d milliseconds', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })

  it.each(['', '5', 's', '-5m', '1.5h', '1h30m', '5 m', '5M', '5min', ' 5m', '5m\n', '٥m'])(
    'does not read %j',
    (text) => {
      expect(parseDuration(text)).toBeUndefined()
    },
  )
})

describe('formatDuration', () => {
  it.each(['0s', '500ms', '90s', '5m', '25h', '1d', '30d', '1w'])('writes %s as parseDuration reads it', (text) => {
    expect(formatDuration(parseDuration(text) ?? Number.NaN)).toBe(text)
  })

  it('takes the largest unit that needs no fraction', () => {
    expect(formatDuration(86_400_000)).toBe('1d')
    expect(formatDuration(86_401_000)).toBe('86401s')
  })
})
