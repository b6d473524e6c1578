import { describe, expect, it } from 'vitest'
import { letterForms, searchWords } from './account-search.ts'

describe('the words of a search', () => {
  it('are what stands between blanks', () => {
    expect(searchWords('  Ada\tLovelace\n')).toEqual(['Ada', 'Lovelace'])
    expect(searchWords('   ')).toEqual([])
  })

  it('are bounded', () => {
    expect(searchWords('x '.repeat(100))).toHaveLength(8)
  })
})

describe('the forms of a word', () => {
  it('are one where the database itself sees no difference', () => {
    expect(letterForms('aDa%')).toHaveLength(1)
    expect(letterForms('東京')).toEqual(['東京'])
  })

  it('are those in which letters beyond ASCII are written', () => {
    expect(letterForms('éLODIE').map((form) => form.toLowerCase())).toEqual(['élodie', 'élodie'])
    expect(new Set(letterForms('élodie').map((form) => form[0]))).toEqual(new Set(['é', 'É']))
  })
})
