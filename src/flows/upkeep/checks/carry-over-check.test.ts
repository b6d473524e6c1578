import { describe, expect, it } from 'vitest'
import { carryOverChecks } from './carry-over-check.ts'

const NOW = Date.UTC(2027, 0, 15)
const until = Date.UTC(2027, 1, 1)
const good = 'a-secret-of-the-django-project-with-40-b'

describe('the check of the carry-over', () => {
  it.each([
    ['says how long it lasts', { secret: good, until }, NOW, 'ok', /until the end of 2027-01-31/],
    [
      'advises to remove it when it is over',
      { secret: good, until },
      until,
      'advice',
      /refused since 2027-01-31.*Remove/,
    ],
    ['warns of a short secret', { secret: 'short', until }, NOW, 'advice', /anyone who guesses it/],
    [
      'warns of a known secret',
      { secret: `django-insecure-${good}`, until },
      NOW,
      'advice',
      /if it was ever published/,
    ],
  ] as const)('%s', (_, settings, now, verdict, message) => {
    const found = carryOverChecks({ mayBeGuessed: true, ...settings }, now)
    expect(found).toEqual([{ subject: 'CARRY_OVER_SECRET', verdict, message: expect.stringMatching(message) }])
  })

  it('says nothing while it is off', () => {
    expect(carryOverChecks({ secret: undefined, until: undefined, mayBeGuessed: false }, NOW)).toEqual([])
  })
})
