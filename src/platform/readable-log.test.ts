import { describe, expect, it } from 'vitest'
import { readableLines } from './readable-log.ts'

const time = new Date(2026, 10, 29, 8, 5, 9).toISOString()
const json = (members: object) => `${JSON.stringify({ level: 30, time, ...members })}\n`

describe('readableLines', () => {
  it('shows a request as time, method, path, status and duration', () => {
    const line = { requestId: 'a-1', method: 'POST', path: '/api/login/', status: 200, ms: 7.42, address: '127.0.0.1' }
    expect(readableLines(json({ ...line, message: 'request' }))).toBe('08:05:09 POST /api/login/ 200 7 ms\n')
  })

  it('shows why a request was refused', () => {
    const line = {
      method: 'GET',
      path: '/api/v1/me',
      status: 401,
      ms: 1,
      refused: 'token_not_valid',
      message: 'request',
    }
    expect(readableLines(json(line))).toBe('08:05:09 GET /api/v1/me 401 1 ms refused=token_not_valid\n')
  })

  it('names every level but info, and shows the facts of a line', () => {
    expect(readableLines(json({ migration: '0001-foundation', message: 'migrated the database' }))).toBe(
      '08:05:09 migrated the database migration=0001-foundation\n',
    )
    expect(readableLines(json({ level: 40, failed: 3, message: 'mail waits' }))).toBe(
      '08:05:09 warning mail waits failed=3\n',
    )
  })

  it('shows the stack of an error below its line', () => {
    const err = { type: 'Error', message: 'no', stack: 'Error: no\n    at x' }
    expect(readableLines(json({ level: 50, err, message: 'unexpected error' }))).toBe(
      '08:05:09 error unexpected error\n  Error: no\n      at x\n',
    )
  })

  it('leaves lines alone that are not of the log', () => {
    expect(readableLines('half a {line\n"text"\n')).toBe('half a {line\n"text"\n')
  })

  it('colours the status only on request', () => {
    const line = json({ method: 'GET', path: '/', status: 500, ms: 1, message: 'request' })
    expect(readableLines(line)).not.toContain('\u001b')
    expect(readableLines(line, true)).toContain('\u001b[31m500\u001b[39m')
  })
})
