import { describe, expect, it } from 'vitest'
import { type Answer, createAnswerReader } from './answer-reader.ts'

const answers = [
  'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{"n":"\u00e9\r\n"}\n',
  'HTTP/1.1 205 Reset Content\r\nallow: POST\r\n\r\n',
  'HTTP/1.1 503 Service Unavailable\r\ncontent-length: 2\r\n\r\n{}',
]
const bytes = Buffer.from(answers.join(''))

function read(chunks: readonly Buffer[]): { status: number; body: string }[] {
  const found: Answer[] = []
  const take = createAnswerReader((answer) => found.push(answer))
  for (const chunk of chunks) take(chunk)
  return found.map(({ status, body }) => ({ status, body: body.toString() }))
}

describe('the reader of answers', () => {
  const expected = [
    { status: 200, body: '{"n":"\u00e9\r\n"}\n' },
    { status: 205, body: '' },
    { status: 503, body: '{}' },
  ]

  it('finds several answers in one chunk', () => {
    expect(read([bytes])).toEqual(expected)
  })

  it('puts answers together wherever they were cut', () => {
    for (let cut = 1; cut < bytes.length; cut++) {
      expect(read([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(expected)
    }
    expect(read(Array.from(bytes, (byte) => Buffer.of(byte)))).toEqual(expected)
  })
})
