import { setImmediate as nextTurn } from 'node:timers/promises'
import { beforeEach, describe, expect, it } from 'vitest'
import { createSqliteTurn, type SqliteTurn } from './sqlite-turn.ts'

describe('a turn of SQLite', () => {
  let turn: SqliteTurn
  let done: string[]
  beforeEach(() => {
    turn = createSqliteTurn()
    done = []
  })

  it('reads before it writes, whatever was requested first', async () => {
    turn.write(() => done.push('write'))
    turn.read(() => done.push('read'))
    expect(done).toEqual([])
    await nextTurn()
    expect(done).toEqual(['read', 'write'])
  })

  it('includes the writes that its reads lead to, however many promises are in between', async () => {
    turn.read(async () => {
      for (let step = 0; step < 20; step++) await Promise.resolve()
      turn.write(() => done.push('write'))
    })
    await nextTurn()
    expect(done).toEqual(['write'])
  })

  it('leaves a read that a read leads to for the next turn', async () => {
    turn.read(() => {
      done.push('first')
      turn.read(() => done.push('second'))
    })
    await nextTurn()
    expect(done).toEqual(['first'])
    await nextTurn()
    expect(done).toEqual(['first', 'second'])
  })

  it('writes without any read', async () => {
    turn.write(() => done.push('write'))
    await nextTurn()
    turn.write(() => done.push('again'))
    await nextTurn()
    expect(done).toEqual(['write', 'again'])
  })
})
