import { describe, expect, it } from 'vitest'
import { foldForSearch, searchTextOf, wordsOf } from './account-words.ts'

const nobody = { id: 7, uid: '7', username: 'x', email: '', firstName: '', lastName: '', phoneNumber: '', phoneKey: '' }

describe('the form in which texts are compared', () => {
  it.each([
    ['STRASSE', 'straße'],
    ['Straße', 'STRASSE'],
    ['ẞ', 'ss'],
    ['İSTANBUL', 'istanbul'],
    ['ısparta', 'ISPARTA'],
    ['ΟΔΥΣΣΕΥΣ', 'οδυσσευς'],
    ['ａｄａ', 'ADA'],
    ['e\u0301lodie', 'ÉLODIE'],
    ['ﬁnn', 'FINN'],
    ['a\u200bda', 'ada'],
  ])('is the same for %s and %s', (one, other) => {
    expect(foldForSearch(one)).toBe(foldForSearch(other))
  })

  it('keeps accents', () => {
    expect(foldForSearch('Élodie')).not.toBe(foldForSearch('Elodie'))
  })
})

describe('the words that find an account', () => {
  it('are its fields, each on a line of its own', () => {
    const text = searchTextOf({ ...nobody, username: 'Ada', email: 'C@Example.org', lastName: 'King Love', uid: 'U-1' })
    expect(text.split('\n')).toEqual(['ada', 'c@example.org', 'king love', 'u-1'])
  })

  it('are the words in them and their parts', () => {
    const words = wordsOf({
      ...nobody,
      email: 'ada.l@example.org',
      firstName: 'Ada Mary',
      phoneNumber: '030 12',
      phoneKey: '+493012',
    })
    expect(words).toEqual(
      expect.arrayContaining(['ada.l@example.org', 'ada', 'l', 'example', 'mary', '03012', '+493012']),
    )
    expect(new Set(words).size).toBe(words.length)
  })

  it('are limited, so that no account fills the index', () => {
    const words = wordsOf({ ...nobody, firstName: 'a '.repeat(75) + 'b.c.d.e '.repeat(18), lastName: 'x'.repeat(150) })
    expect(words.length).toBeLessThanOrEqual(40)
    expect(Math.max(...words.map((word) => word.length))).toBeLessThanOrEqual(100)
  })
})
