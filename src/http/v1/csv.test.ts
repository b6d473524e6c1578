import { describe, expect, it } from 'vitest'
import { csvRow } from './csv.ts'

describe('a row of CSV', () => {
  it('quotes every cell, including quotes and line breaks', () => {
    expect(csvRow(['a', 'b "c"', 'd\ne,f'])).toBe('"a","b ""c""","d\ne,f"\r\n')
  })

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', ' =1', '\t=1', '\r=1', '|cmd', '%0A'])(
    'turns %j into text, so that it is not a formula',
    (cell) => {
      expect(csvRow([cell])).toBe(`"'${cell}"\r\n`)
    },
  )
})
