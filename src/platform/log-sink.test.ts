import { Writable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createLogSink } from './log-sink.ts'

const MEGABYTE_LINE = `${'x'.repeat(1_048_575)}\n`

function aReader() {
  const taken: (() => void)[] = []
  const seen: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      seen.push(String(chunk))
      taken.push(done)
    },
  })
  function take(): void {
    for (const done of taken.splice(0)) done()
  }
  return { stream, seen, take }
}

describe('the log of a server', () => {
  it('waits for a slow reader within bounds, counts what is lost, and says so', async () => {
    const { stream, seen, take } = aReader()
    const said: string[] = []
    const sink = createLogSink(stream, (sentence) => said.push(sentence))
    for (let turn = 0; turn < 20; turn++) sink.write(MEGABYTE_LINE)
    sink.write('one\ntwo\n')
    expect(stream.writableLength).toBeLessThan(6 * 1_048_576)
    expect(sink.lost).toBe(20 - 5 + 2)
    expect(said).toEqual(['The program that reads the log is too slow. Lines are lost until it catches up.'])
    while (stream.writableLength > 0) {
      take()
      await nextTurn()
    }
    sink.write('after\n')
    expect(said[1]).toBe('The program that reads the log has caught up. 17 lines were lost.')
    take()
    expect(seen.at(-1)).toBe('after\n')
  })

  it('continues without a reader, and says once that the log is lost', async () => {
    const { stream } = aReader()
    const said: string[] = []
    const sink = createLogSink(stream, (sentence) => said.push(sentence))
    stream.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
    await nextTurn()
    for (let turn = 0; turn < 3; turn++) sink.write('line\n')
    expect(said).toEqual(['The log can no longer be written (write EPIPE). The server continues without it.'])
    expect(sink.lost).toBe(3)
  })
})
