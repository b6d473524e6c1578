import { describe, expect, it } from 'vitest'
import { systemRandom } from '../../platform/random.ts'
import { newUid, wireUid } from './uid.ts'

const NOW = 1_900_000_000_000

describe('the uid of a new account', () => {
  it('is its id unless the setting says otherwise', () => {
    expect(newUid('integer', systemRandom, NOW)).toBeUndefined()
  })

  it('may be a UUID that sorts by time (RFC 9562 §5.7)', () => {
    const texts = [NOW, NOW + 1, NOW + 2].map((now) => newUid('uuid7', systemRandom, now)?.text ?? '')
    for (const text of texts) {
      expect(text).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    }
    expect([...texts].sort()).toEqual(texts)
    expect(Number.parseInt((texts[0] ?? '').replace('-', '').slice(0, 12), 16)).toBe(NOW)
  })
})

describe('a uid in JSON', () => {
  it('is a number only if it was one, and if JSON readers can hold it', () => {
    expect(wireUid({ uid: '7', isUidNumber: true })).toBe(7)
    expect(wireUid({ uid: '-7', isUidNumber: true })).toBe(-7)
    expect(wireUid({ uid: '7', isUidNumber: false })).toBe('7')
    expect(wireUid({ uid: '007', isUidNumber: false })).toBe('007')
    expect(wireUid({ uid: '9007199254740993', isUidNumber: true })).toBe('9007199254740993')
    const uuid = '0193a2b4-0000-7000-8000-000000000000'
    expect(wireUid({ uid: uuid, isUidNumber: false })).toBe(uuid)
  })
})
