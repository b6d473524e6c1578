import { describe, expect, it } from 'vitest'
import { reservedClaimNames } from './claims.ts'
import { tokenSettings } from './settings.ts'

describe('USER_ID_CLAIM', () => {
  const { read } = tokenSettings.properties.userIdClaim.setting

  it.each(['user_id', 'uid', 'sub', 'https://example.org/uid'])('may be %s', (name) => expect(read(name)).toBe(name))

  it.each(reservedClaimNames)('may not be %s, which has another meaning', (name) =>
    expect(() => read(name)).toThrow('that Latchkey sets itself'),
  )

  it.each(['__proto__', 'user id', '1st', 'user"id', 'x'.repeat(101)])('may not be %s', (name) =>
    expect(() => read(name)).toThrow('is not a valid claim name'),
  )
})
