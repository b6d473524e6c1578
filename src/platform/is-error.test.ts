import { describe, expect, it } from 'vitest'
import { messageOf } from './is-error.ts'

describe('the message of something thrown', () => {
  it.each([
    ['an error', new Error('the disk is full'), 'the disk is full'],
    ['a text', 'the disk is full', 'the disk is full'],
    ['nothing', undefined, 'undefined'],
    [
      'one error per address of a host',
      new AggregateError([new Error('connect ECONNREFUSED ::1:25'), new Error('connect ECONNREFUSED 127.0.0.1:25')]),
      'connect ECONNREFUSED ::1:25, connect ECONNREFUSED 127.0.0.1:25',
    ],
  ])('of %s', (_what, thrown, message) => {
    expect(messageOf(thrown)).toBe(message)
  })
})
