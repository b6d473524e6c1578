import { describe, expect, it } from 'vitest'
import { strip } from './white-space.ts'

describe('strip', () => {
  it.each([
    ['blanks of all kinds', ' \t\r\n\v\fword\u3000\u2028\u00a0', 'word'],
    ['what Python takes and `trim()` leaves', '\u001c\u001f\u0085word\u0085', 'word'],
    ['nothing of what `trim()` takes and Python leaves', '\ufeffword\ufeff', '\ufeffword\ufeff'],
    ['nothing inside', ' two  words ', 'two  words'],
    ['all of a text that is nothing but blanks', ' \t ', ''],
  ])('takes %s', (_, text, stripped) => {
    expect(strip(text)).toBe(stripped)
  })

  it('takes no longer for many blanks inside than their number', () => {
    const text = `a${' '.repeat(200_000)}b`
    expect(strip(text)).toBe(text)
  })
})
