import { describe, expect, it } from 'vitest'
import { choice, duration, integer, list, onOff, orNone, quoted, SettingFault, text } from './setting.ts'

const declaration = { default: 'irrelevant', description: 'For tests.' }

describe('onOff', () => {
  const { read } = onOff('SWITCH', declaration).setting

  it.each(['true', 'TRUE', 'on', 'On', 'yes', '1'])('reads %s as true', (word) => expect(read(word)).toBe(true))
  it.each(['false', 'False', 'off', 'OFF', 'no', '0'])('reads %s as false', (word) => expect(read(word)).toBe(false))
  it.each(['', 'y', 'enabled', '2', 'truefalse'])('refuses %j', (word) =>
    expect(() => read(word)).toThrow(SettingFault),
  )
})

describe('choice', () => {
  const { read } = choice('CHOICE', ['HS256', 'ES256', 'EdDSA'], declaration).setting

  it('reads a word in any case, and returns it as it is spelled', () => {
    expect(read('hs256')).toBe('HS256')
    expect(read('EDDSA')).toBe('EdDSA')
  })

  it('lists the choices', () => {
    expect(() => read('none')).toThrow('"none" is not one of the choices. Write HS256, ES256 or EdDSA.')
  })
})

describe('integer', () => {
  const { read } = integer('NUMBER', { ...declaration, minimum: 0, maximum: 65_535 }).setting

  it.each([
    ['0', 0],
    ['8000', 8_000],
    ['65535', 65_535],
  ])('reads %s', (number, value) => expect(read(number)).toBe(value))

  it.each(['', '-1', '65536', '8e3', '0x50', '80.0', ' 80', '1'.repeat(400), 'NaN', 'Infinity'])(
    'refuses %j',
    (number) => expect(() => read(number)).toThrow('Write a whole number from 0 to 65535.'),
  )
})

describe('duration', () => {
  const { read } = duration('DURATION', { ...declaration, shortest: '1s', isWholeSeconds: true }).setting

  it('reads it in milliseconds', () => expect(read('5m')).toBe(300_000))

  it.each([
    ['5', '"5" has no unit. Add one: 5s, 5m, 5h or 5d.'],
    ['five minutes', '"five minutes" is not a duration. Write a whole number and a unit, such as 90s, 5m, 12h or 30d.'],
    ['-5m', '"-5m" is not a duration.'],
    ['0s', '"0s" is too short. Write 1s or more.'],
    ['36526d', '"36526d" is longer than 100 years.'],
    [`${'9'.repeat(50)}d`, 'is longer than 100 years.'],
    ['1500ms', '"1500ms" has a fraction of a second.'],
  ])('refuses %s with its cure', (length, fault) => expect(() => read(length)).toThrow(fault))

  it('accepts nothing, and fractions of seconds, by default', () => {
    const lenient = duration('DURATION', declaration).setting
    expect(lenient.read('0s')).toBe(0)
    expect(lenient.read('500ms')).toBe(500)
  })
})

describe('list', () => {
  const { read } = list('LIST', declaration, (item) => item.toUpperCase()).setting

  it('reads items between commas or on lines of their own, and drops spaces', () => {
    expect(read(' a, b,,c\nd\n')).toEqual(['A', 'B', 'C', 'D'])
  })

  it('reads none as no item', () => expect(read('none')).toEqual([]))

  it('refuses an empty list if one item is required', () => {
    const { read } = list('LIST', { ...declaration, minItems: 1 }, (item) => item).setting
    expect(() => read(',')).toThrow('is empty')
    expect(read('none')).toEqual(['none'])
  })
})

describe('orNone', () => {
  const { read } = orNone(text('TEXT', declaration)).setting

  it.each(['none', 'None'])('reads %s as undefined', (word) => expect(read(word)).toBeUndefined())
  it('reads anything else as the setting does', () => {
    expect(read('nonesuch')).toBe('nonesuch')
    expect(() => read('two\nlines')).toThrow(SettingFault)
  })
})

describe('quoted', () => {
  it('shows a text in quotes, on one line', () => expect(quoted('a"\nb')).toBe('"a\\"\\nb"'))

  it('does not show what could be a secret under the wrong name', () => {
    expect(quoted('https://user:password@example.org')).toBe('this value')
    expect(quoted('x'.repeat(61))).toBe('this value')
  })
})
