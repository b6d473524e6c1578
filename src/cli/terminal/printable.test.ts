import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyCharacter } from '../../../test/support/any-character.ts'
import { printable, printableJson, printableTime, textTable } from './printable.ts'

describe('text that is printed in a terminal', () => {
  it('has no character that moves the cursor, changes colours or turns the direction of writing', () => {
    expect(printable('a\u001b[31m\r\n\u202eb\u0000\u200f\ud800')).toBe(
      'a\ufffd[31m\ufffd\ufffd\ufffdb\ufffd\ufffd\ufffd',
    )
    expect(printable('Zoë 漢字 👍')).toBe('Zoë 漢字 👍')
  })

  it('has none in JSON either, and the JSON has the same data', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: anyCharacter }), (value) => {
        const text = printableJson(value)
        expect(text.replaceAll('\n', '')).not.toMatch(/\p{C}/u)
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  it('has times in UTC, to the second, and nothing for a time that does not exist', () => {
    expect(printableTime(1_900_000_000_123)).toBe('2030-03-17 17:46:40Z')
    expect(printableTime(undefined)).toBe('')
  })

  it('has tables with aligned columns, which only ever widen', () => {
    const table = textTable(['A', 'NAME'])
    expect(table([['1', 'x']])).toBe('A  NAME\n1  x\n')
    expect(table([['100', 'y']])).toBe('100  y\n')
    expect(table([['2', 'z']])).toBe('2    z\n')
  })
})
