import { describe, expect, it } from 'vitest'
import { usernameAttempt, usernameBase } from './derived-username.ts'

const nobody = { email: '', firstName: '', lastName: '' }

describe('a derived username', () => {
  it.each([
    [{ ...nobody, email: 'Ada.Lovelace+news@example.org' }, 'ada.lovelace+news'],
    [{ ...nobody, email: '"a b"@example.org' }, 'a.b'],
    [{ ...nobody, firstName: 'Ada', lastName: 'King Lovelace' }, 'ada.king.lovelace'],
    [{ ...nobody, firstName: 'Łucja', lastName: '' }, 'łucja'],
    [{ ...nobody, email: '***@example.org', firstName: '!' }, 'user'],
    [nobody, 'user'],
  ])('of %j is %s', (source, name) => {
    expect(usernameBase(source)).toBe(name)
  })

  it('leaves room for a number that makes it unique', () => {
    const base = usernameBase({ ...nobody, firstName: '𝒶'.repeat(300) })
    expect(usernameAttempt(base, 0, 7)).toBe(base)
    expect([...usernameAttempt(base, 1, 999_999_999)].length).toBeLessThanOrEqual(150)
  })
})
