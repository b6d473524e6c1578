import { describe, expect, it } from 'vitest'
import { integerIn } from './presented-uid.ts'

describe('integerIn', () => {
  // What Python 3.11 returns for int(text).
  it.each([
    ['7', '7'],
    ['007', '7'],
    ['+7', '7'],
    ['-7', '-7'],
    ['-0', '0'],
    [' 7\n', '7'],
    ['1_000', '1000'],
    ['٣', '3'],
    ['１２', '12'],
    ['𝟙𝟘', '10'],
    ['99999999999999999999999', '99999999999999999999999'],
  ])('reads %j as %s', (text, integer) => {
    expect(integerIn(text)).toBe(integer)
  })

  it.each(['', ' ', '1.0', '1e3', '0x1', '1__0', '_1', '1_', '+ 1', '--1', '²', 'one', '7'.repeat(400)])(
    'does not read %j as an integer',
    (text) => {
      expect(integerIn(text)).toBeUndefined()
    },
  )
})
