import { describe, expect, it } from 'vitest'
import { strip } from './white-space.ts'

describe('strip', () => {
  it.each([
    ['white space of all kinds', ' \t\r\n\v\fword\u3000\u2028\u00a0', 'word'],
    ['what Python strips and `trim()` leaves', '\u001c\u001f\u0085word\u0085', 'word'],
    ['nothing of what `trim()` strips and Python leaves', '\ufeffword\ufeff', '\ufeffword\ufeff'],
    ['nothing inside', ' two  words ', 'two  words'],
    ['all of a text that consists of white space', ' \t ', ''],
  ])('takes %s', (_, text, stripped) => {
    expect(strip(text)).toBe(stripped)
  })

  it('takes time that grows only with the number of spaces inside', () => {
    const text = `a${' '.repeat(200_000)}b`
    expect(strip(text)).toBe(text)
  })
})
