import { describe, expect, it } from 'vitest'
import { searchWords } from './account-search.ts'

describe('the words of a search', () => {
  it('are separated by white space', () => {
    expect(searchWords('  Ada\tLovelace\n')).toEqual(['ada', 'lovelace'])
    expect(searchWords('   ')).toEqual([])
  })

  it('are limited in number and length', () => {
    expect(searchWords('x '.repeat(100))).toHaveLength(8)
  })
})
