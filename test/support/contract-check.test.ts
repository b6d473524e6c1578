import { describe, expect, it } from 'vitest'
import { checkAnswer, expectContractOf } from './contract-check.ts'

const URL = 'http://127.0.0.1:9'
expectContractOf(URL, '/auth')

const health =
  (status: number, body: object | string, type = 'application/json') =>
  () =>
    checkAnswer(
      URL,
      { method: 'GET', path: '/auth/healthz?x=1' },
      {
        status,
        headers: { 'content-type': [type] },
        body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
      },
    )

describe('the check of every answer against the OpenAPI document', () => {
  it('takes what is declared', () => {
    expect(health(200, { status: 'ok' })).not.toThrow()
    expect(health(200, { status: 'ok' }, 'application/json; charset=utf-8')).not.toThrow()
  })

  it.each([
    ['a status', health(418, { status: 'ok' }), 'answered 418 which is not declared'],
    ['a member', health(200, { status: 'ok', more: 1 }), 'with a body that is not as declared'],
    ['a missing member', health(200, {}), 'with a body that is not as declared'],
    ['a value', health(200, { status: 'fine' }), 'with a body that is not as declared'],
    ['a media type', health(200, { status: 'ok' }, 'text/html'), 'as text/html, which is not declared'],
    ['what is not JSON', health(200, 'ok'), 'with a body that is not JSON'],
  ])('refuses %s that is not', (_what, check, message) => {
    expect(check).toThrow(message)
  })

  it('wants the headers that belong to a status, and a body only where there is one', () => {
    const answer = { status: 401, headers: { 'content-type': ['application/problem+json'] }, body: Buffer.from('{}') }
    expect(() => checkAnswer(URL, { method: 'GET', path: '/api/v1/me' }, answer)).toThrow(
      'without the header www-authenticate',
    )
    const tooMuch = { status: 204, headers: {}, body: Buffer.from('{}') }
    expect(() => checkAnswer(URL, { method: 'DELETE', path: '/api/v1/me' }, tooMuch)).toThrow(
      'with a body that is not declared',
    )
  })

  it('leaves other servers and paths alone', () => {
    const answer = { status: 418, headers: {}, body: Buffer.alloc(0) }
    expect(() => checkAnswer('http://127.0.0.1:10', { method: 'GET', path: '/healthz' }, answer)).not.toThrow()
    expect(() => checkAnswer(URL, { method: 'GET', path: '/teapot' }, answer)).not.toThrow()
  })
})
