import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AuthError } from '../../errors.ts'
import { readCursor, writeCursor } from './cursor.ts'

const refusal = (text: string, isText: boolean) => {
  try {
    readCursor(text, isText ? 'username' : 'id', isText)
  } catch (error) {
    return error instanceof AuthError ? error.faults : error
  }
  return 'none'
}
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const invalid = [{ field: 'cursor', fault: 'invalid_cursor' }]

describe('a cursor', () => {
  it('is read as it was written', () => {
    const byName = { order: 'username', value: "o'brien \u{1f600}", id: 7 } as const
    expect(readCursor(writeCursor(byName), 'username', true)).toEqual(byName)
    const byTime = { order: '-created_at', value: 0, id: 1 } as const
    expect(readCursor(writeCursor(byTime), '-created_at', false)).toEqual(byTime)
  })

  it.each([
    ['of another order', encoded(['-id', 1, 1])],
    ['with a text for a number', encoded(['id', '1', 1])],
    ['with a fraction', encoded(['id', 1.5, 1])],
    ['with a number that is not one', '["id",1e999,1]'],
    ['with a negative number', encoded(['id', -1, 1])],
    ['with an object', encoded(['id', { $gt: 0 }, 1])],
    ['with a list', encoded(['id', [1], 1])],
    ['with an id that is not one', encoded(['id', 1, '1 or 1=1'])],
    ['with id 0', encoded(['id', 1, 0])],
    ['without an id', encoded(['id', 1])],
    ['with one part more', encoded(['id', 1, 1, 1])],
    ['that is an object', encoded({ order: 'id', value: 1, id: 1 })],
    ['that is SQL', "1' or '1'='1"],
    ['that is not base64url', 'WyJpZCIsMSwxXQ=='],
    ['that is empty', ''],
    ['that is enormous', 'A'.repeat(100_000)],
  ])('%s is refused', (_what, text) => {
    expect(refusal(text, false)).toEqual(invalid)
  })

  it.each([
    ['U+0000', 'a\0'],
    ['half a surrogate pair', 'a\ud800'],
    ['more than any name has', 'a'.repeat(601)],
  ])('with %s is refused', (_what, value) => {
    expect(refusal(encoded(['username', value, 1]), true)).toEqual(invalid)
  })

  it('always gives a refusal or a position', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.base64String()), fc.boolean(), (text, isText) => {
        for (const given of [text, Buffer.from(text).toString('base64url')]) {
          expect([invalid, 'none']).toContainEqual(refusal(given, isText))
        }
      }),
    )
  })
})
