import { expect, it } from 'vitest'
import { errorCodes } from '../../../src/errors.ts'
import { sessionEndReasons } from '../../../src/sessions/session.ts'
import { type Answer, errorOf } from '../src/errors.ts'
import * as generated from '../src/generated/codes.ts'

const answerOf = (status: number, problem: object, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: new Headers(headers),
  text: JSON.stringify(problem),
})

it('knows every code and every end reason of the server, and no others', () => {
  expect([...generated.errorCodes]).toEqual([...errorCodes])
  expect([...generated.sessionEndReasons]).toEqual([...sessionEndReasons])
})

it.each([...errorCodes, ...sessionEndReasons])('reports %s unchanged', (code) => {
  const { code: told, message, status } = errorOf(answerOf(401, { code, title: 'A sentence.' }))
  expect([told, message, status]).toEqual([code, 'A sentence.', 401])
})

it.each([
  [403, 'not_my_plan', 'hook_refused'],
  [401, 'not_my_plan', 'unexpected_answer'],
  [500, undefined, 'unexpected_answer'],
  [401, 17, 'unexpected_answer'],
])('turns the status %i with the code %j into %s', (status, code, told) => {
  expect(errorOf(answerOf(status, { code })).code).toBe(told)
})

it.each([
  ['7', 7],
  ['soon', undefined],
  [undefined, undefined],
])('reads Retry-After: %s', (header, seconds) => {
  const headers = header === undefined ? {} : { 'retry-after': header }
  const error = errorOf(answerOf(429, { code: 'throttled' }, headers))
  expect(error.code === 'throttled' && error.retryAfterSeconds).toBe(seconds)
})

it.each([
  ['Mon, 30 Nov 2026 09:00:30 GMT', 30],
  ['Mon, 30 Nov 2026 08:59:00 GMT', 0],
])('reads Retry-After as a date, by the clock of the sender: %s', (date, seconds) => {
  const headers = { 'retry-after': date, date: 'Mon, 30 Nov 2026 09:00:00 GMT' }
  const error = errorOf(answerOf(503, { code: 'unavailable' }, headers))
  expect(error.code === 'unavailable' && error.retryAfterSeconds).toBe(seconds)
})

it('always has a list of faults, whatever the response contains', () => {
  const faults = [{ field: 'username', fault: 'taken' }]
  for (const [errors, told] of [
    [faults, faults],
    ['username', []],
    [undefined, []],
  ]) {
    const error = errorOf(answerOf(400, { code: 'invalid_fields', errors }))
    expect(error.code === 'invalid_fields' && error.faults).toEqual(told)
  }
})
