import { describe, expect, it } from 'vitest'
import { parseEnvFile } from './env-file.ts'

const textsIn = (file: string) =>
  Object.fromEntries([...parseEnvFile(file).entries].map(([name, { text }]) => [name, text]))

describe('parseEnvFile', () => {
  it.each([
    ['a plain value', 'A=1', { A: '1' }],
    ['spaces around everything', '  A = 1  ', { A: '1' }],
    ['export', 'export A=1', { A: '1' }],
    ['comments and blank lines', '# comment\n\n  # another\nA=1 # why', { A: '1' }],
    ['# inside a value', 'A=a#b', { A: 'a#b' }],
    ['= inside a value', 'A=a=b==', { A: 'a=b==' }],
    ['an empty value', 'A=\nB= # nothing', { A: '', B: '' }],
    ['line ends of Windows', 'A=1\r\nB="2"\r\n', { A: '1', B: '2' }],
    ['single quotes, unchanged', "A=' #\\n\"x '", { A: ' #\\n"x ' }],
    ['double quotes with escapes', 'A="a\\n\\"b\\"\\\\c\\d" # why', { A: 'a\n"b"\\c\\d' }],
    ['quotes over several lines', 'A="one\ntwo"\nB=1', { A: 'one\ntwo', B: '1' }],
    ['an apostrophe in the middle', "A=it's", { A: "it's" }],
    ['no expansion', 'A=$B', { A: '$B' }],
    [
      'names with a special meaning in JavaScript',
      '__proto__=1\nconstructor=2',
      Object.fromEntries([
        ['__proto__', '1'],
        ['constructor', '2'],
      ]),
    ],
  ])('reads %s', (_, file, texts) => {
    expect(textsIn(file)).toEqual(texts)
    expect(parseEnvFile(file).faults).toEqual([])
  })

  it('knows the line of each entry, even after a long value', () => {
    const { entries } = parseEnvFile('A=1\n\nB="\n\n"\nC=3')
    expect([...entries.values()].map(({ line }) => line)).toEqual([1, 3, 6])
  })

  it.each([
    ['neither an assignment nor a comment', 'A=1\nhunter2', 2, 'is neither NAME=value nor a comment'],
    ['YAML', 'A: hunter2', 1, 'is neither NAME=value nor a comment'],
    ['a name that cannot be one', '1A=hunter2', 1, 'is neither NAME=value nor a comment'],
    ['a quotation that is never closed', "A='hunter2\nB=2", 1, "opens a quotation with ' and never closes it"],
    ['text after the quotation', 'A="hunter2" x', 1, 'has text after the closing quotation mark'],
  ])('reports %s without showing it', (_, file, line, sentence) => {
    const { faults } = parseEnvFile(file)
    expect(faults).toEqual([{ line, sentence: expect.stringContaining(sentence) }])
    expect(JSON.stringify(faults)).not.toContain('hunter2')
  })

  it('reports a name that is set twice, with both lines', () => {
    expect(parseEnvFile('A=hunter2\nB=1\nexport A="hunter3"').faults).toEqual([
      { line: 3, name: 'A', sentence: 'sets A again; line 1 has already set it. Keep one of the lines.' },
    ])
  })

  it('continues after a fault, so that all of them are reported at once', () => {
    const { entries, faults } = parseEnvFile('nonsense\nA=1\nB="open\nC=3\nnonsense')
    expect(faults.map(({ line }) => line)).toEqual([1, 3, 5])
    expect([...entries.keys()]).toEqual(['A', 'C'])
  })
})
