import { describe, expect, it } from 'vitest'
import { searchWords } from './account-search.ts'

describe('the words of a search', () => {
  it('are what stands between blanks', () => {
    expect(searchWords('  Ada\tLovelace\n')).toEqual(['ada', 'lovelace'])
    expect(searchWords('   ')).toEqual([])
  })

  it('are bounded', () => {
    expect(searchWords('x '.repeat(100))).toHaveLength(8)
  })
})
