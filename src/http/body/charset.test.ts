import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyCharacter } from '../../../test/support/any-character.ts'
import { decoderOf } from './charset.ts'
import { parseForm } from './form-fields.ts'

const decode = (contentType: string | undefined, hex: string) => decoderOf(contentType)(Buffer.from(hex, 'hex'))

describe('decoderOf', () => {
  it.each([
    [undefined, '63c3a9', 'cé'],
    ['application/json', '63c3a9', 'cé'],
    ['application/json; charset=UTF_8', '63c3a9', 'cé'],
    ['application/json; charset="latin-1"', '63e9', 'cé'],
    ['application/json;charset=ISO-8859-1; x=y', '63e980', 'cé\u0080'],
    ['application/json; charset=cp1252', '8063', '€c'],
    ['application/json; charset=windows-1251', 'cff0e8', 'При'],
    ['application/json; charset=koi8_r', 'f0', 'П'],
    ['application/json; charset=shift_jis', '82a0', 'あ'],
    ['application/json; charset=utf-16', 'fffe6300e900', 'cé'],
    ['application/json; charset=utf-16', 'feff006300e9', 'cé'],
    ['application/json; charset=utf-16-be', '006300e9', 'cé'],
    ['application/json; charset=utf-32', '63000000e9000000', 'cé'],
    ['application/json; charset=utf-8-sig', 'efbbbf63', 'c'],
    ['application/json; charset=no-such-thing', '63c3a9', 'cé'],
    ['application/json; charset=', '63c3a9', 'cé'],
  ])('reads %s %s', (contentType, hex, text) => expect(decode(contentType, hex)).toBe(text))

  it.each([
    [undefined, '63ff'],
    ['application/json; charset=utf-8', 'c3'],
    ['application/json; charset=utf-8', 'eda080'],
    ['application/json; charset=ascii', '63c3a9'],
    ['application/json; charset=shift_jis', '82'],
    ['application/json; charset=utf-16-le', '00d8'],
    ['application/json; charset=utf-32', '00d80000'],
    ['application/json; charset=unknown', 'ff'],
  ])('refuses %s %s, and replaces nothing', (contentType, hex) => {
    expect(() => decode(contentType, hex)).toThrow(TypeError)
  })
})

describe('parseForm', () => {
  const utf8 = decoderOf(undefined)

  it('decodes any text as URLSearchParams does', () => {
    const pairs = fc.array(fc.tuple(fc.string({ unit: anyCharacter }), fc.string({ unit: anyCharacter })))
    fc.assert(
      fc.property(pairs, (entries) => {
        const whole = entries.map((pair) => pair.map((text) => text.toWellFormed())) as [string, string][]
        const text = new URLSearchParams(whole).toString()
        expect(parseForm(Buffer.from(text), utf8)).toEqual(whole)
      }),
    )
  })

  it.each([
    ['a', [['a', '']]],
    [
      'a=1&&b=%zz+%4',
      [
        ['a', '1'],
        ['b', '%zz %4'],
      ],
    ],
    ['?a=b=c', [['?a', 'b=c']]],
    ['', []],
  ])('reads %j', (text, fields) => expect(parseForm(Buffer.from(text), utf8)).toEqual(fields))

  it('decodes percent-encoded bytes by the charset, and refuses invalid ones', () => {
    expect(parseForm(Buffer.from('p=caf%E9'), decoderOf('x; charset=latin-1'))).toEqual([['p', 'café']])
    expect(() => parseForm(Buffer.from('p=caf%E9'), utf8)).toThrow(TypeError)
    expect(() => parseForm(Buffer.from([0x70, 0x3d, 0xff]), utf8)).toThrow(TypeError)
  })
})
