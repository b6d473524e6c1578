import { describe, expect, it } from 'vitest'
import { isAllowedUsername, normalizeUsername, usernameKey } from './username.ts'

const key = (name: string) => usernameKey(name, 'folded')

/** Every letter and digit that exists. */
function* characters(): Generator<string> {
  for (let code = 0; code <= 0x10_ff_ff; code++) {
    const isSurrogate = code >= 0xd8_00 && code <= 0xdf_ff
    const character = isSurrogate ? '' : String.fromCodePoint(code)
    if (isAllowedUsername(character, 'folded')) yield character
  }
}

describe('a username', () => {
  it('is one name in upper and lower case and in every Unicode form, whichever letter it has', () => {
    const astray: string[] = []
    for (const one of characters()) {
      const upper = one.toUpperCase()
      const lower = one.toLowerCase()
      const forms = [
        upper,
        lower,
        lower.toUpperCase(),
        upper.toLowerCase(),
        normalizeUsername(one),
        one.normalize('NFD'),
      ]
      if ([...forms, key(one)].some((form) => key(form) !== key(one))) astray.push(one)
    }
    expect(astray).toEqual([])
  })

  it.each([
    ['straße', 'STRASSE', 'STRA\u1e9eE', 'stra\u1e9ee'],
    ['ΟΔΟΣ', 'οδος', 'οδοσ'],
    ['kim', 'KIM', '\u212aim', 'kım', 'kİm', 'ｋｉｍ', 'k\u200bim', 'ki\u00adm'],
  ])('is the same name as %s and as all similar spellings', (...names) => {
    expect(new Set(names.map(key)).size).toBe(1)
  })

  it('is as many names as there are spellings if case matters', () => {
    expect(new Set(['kim', 'Kim', '\u212aim', 'ｋim'].map((name) => usernameKey(name, 'exact'))).size).toBe(4)
  })

  it.each([
    ['\u0430dmin', false, true],
    ['ad\u200bmin', false, false],
    ['admin\u3164', false, true],
    ['admin ', false, false],
    ['иван', true, true],
  ])('%j: may be new %s; if case matters %s', (name, folded, exact) => {
    expect([isAllowedUsername(name, 'folded'), isAllowedUsername(name, 'exact')]).toEqual([folded, exact])
  })
})
