import { describe, expect, it } from 'vitest'
import { mimicsLatin } from './look-alikes.ts'

describe('a name that looks Latin', () => {
  it.each([
    ['admin with a Cyrillic a', '\u0430dmin'],
    ['Admin with a Cyrillic A', '\u0410dmin'],
    ['root with two Cyrillic o', 'r\u043e\u043et'],
    ['support with a Greek omicron', 'supp\u03bfrt'],
    ['anna with an Armenian n', 'a\u0578\u0578a'],
    ['David in Cherokee but for one letter', '\u13a0avid'],
    ['mixed from two alphabets', '\u0430dmi\u03bd'],
  ])('is %s', (_, name) => expect(mimicsLatin(name)).toBe(true))

  it.each([
    ['Latin', 'admin'],
    ['Latin with marks and digits', 'J\u00f6rg-\u0141_1'],
    ['Russian', '\u0438\u0432\u0430\u043d'],
    ['Russian, though every letter looks Latin', '\u0440\u043e\u0441\u0430'],
    ['Russian with Latin behind it', '\u0438\u0432\u0430\u043d_dev'],
    ['Greek', '\u03b1\u03bd\u03bd\u03b1'],
    ['Greek with Latin before it', 'team_\u03b4\u03ad\u03bb\u03c4\u03b1'],
    ['Chinese and Latin', 'li\u674e'],
    ['empty', ''],
  ])('does not include a name that is %s', (_, name) => expect(mimicsLatin(name)).toBe(false))
})
