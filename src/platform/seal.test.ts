import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { systemRandom } from './random.ts'
import { createSeal } from './seal.ts'

const OLD = 'the secret of last year, long enough'
const NEW = 'the secret of this year, long enough'
const sealUnder = (secretKey: string, fallbacks: string[] = []) =>
  createSeal({ secretKey, fallbacks, random: systemRandom })

describe('a seal', () => {
  const { seal, open } = sealUnder(NEW)

  it('returns any text at its place', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (plain, place) => {
        expect(open(seal(plain, place), place)).toEqual({ plain, needsResealing: false })
      }),
    )
  })

  it('reveals nothing of the text, and seals the same text differently each time', () => {
    const sealed = [seal('secret', 'here'), seal('secret', 'here')]
    expect(sealed[0]).not.toBe(sealed[1])
    for (const text of sealed) expect(Buffer.from(text.split('.')[2] ?? '', 'base64url').includes('secret')).toBe(false)
  })

  it('cannot be opened at another place', () => {
    expect(() => open(seal('secret', 'signing_keys:a'), 'signing_keys:b')).toThrow(
      /signing_keys:b was changed or copied/,
    )
  })

  it('cannot be opened if a single bit was changed', () => {
    const [format, id, data = ''] = seal('secret', 'here').split('.')
    const bytes = Buffer.from(data, 'base64url')
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(() => open(`${format}.${id}.${changed.toString('base64url')}`, 'here')).toThrow('was changed')
    }
  })

  it.each(['', 's1', 's1.x', 's2.a.b', 'plain text', '....'])('refuses %j, which is not a sealed text', (text) => {
    expect(() => open(text, 'here')).toThrow('was changed')
  })

  it('refuses a text that was truncated, even to nothing', () => {
    const sealed = seal('secret', 'here')
    const start = sealed.lastIndexOf('.') + 1
    for (let length = start; length < sealed.length; length++) {
      expect(() => open(sealed.slice(0, length), 'here')).toThrow('was changed')
    }
  })
})

describe('a change of SECRET_KEY', () => {
  it('seals nothing without a SECRET_KEY, and opens nothing that was sealed under one', () => {
    expect(() => sealUnder('').seal('secret', 'mail_outbox:a')).toThrow(/mail_outbox:a without a SECRET_KEY/)
    expect(() => sealUnder('').open(sealUnder(NEW).seal('secret', 'here'), 'here')).toThrow('another SECRET_KEY')
  })

  it('lets a fallback open old texts, which then must be sealed again', () => {
    const sealed = sealUnder(OLD).seal('secret', 'here')
    const { open, seal } = sealUnder(NEW, ['another', OLD])
    expect(open(sealed, 'here')).toEqual({ plain: 'secret', needsResealing: true })
    expect(sealUnder(NEW).open(seal('secret', 'here'), 'here').needsResealing).toBe(false)
  })

  it('says what to do if the previous secret was not kept', () => {
    const sealed = sealUnder(OLD).seal('secret', 'signing_keys:a')
    expect(() => sealUnder(NEW).open(sealed, 'signing_keys:a')).toThrow(/signing_keys:a .*SECRET_KEY_FALLBACKS/)
  })

  it('treats the current secret as current, even if it is among the fallbacks too', () => {
    const { open, seal } = sealUnder(NEW, [NEW])
    expect(open(seal('secret', 'here'), 'here').needsResealing).toBe(false)
  })
})
