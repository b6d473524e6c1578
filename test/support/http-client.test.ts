import { describe, expect, it } from 'vitest'
import { send, sendJson } from './http-client.ts'
import { startStubServer } from './stub-server.ts'

describe('the HTTP client of the tests', () => {
  it('sends JSON with a token and reads JSON', async () => {
    const stub = await startStubServer(() => ({ status: 201, json: '{"a": 1}', headers: { 'Set-Cookie': ['x', 'y'] } }))
    const answer = await sendJson(stub.url, 'POST', '/path?q', {
      body: { ü: 1 },
      token: 't',
      headers: { ACCEPT: '*/*' },
    })
    await stub.close()
    expect(answer).toMatchObject({ status: 201, json: { a: 1 }, text: '{"a": 1}' })
    expect(answer.headers['set-cookie']).toEqual(['x', 'y'])
    expect(stub.requests[0]).toMatchObject({
      method: 'POST',
      target: '/path?q',
      headers: { accept: '*/*', authorization: 'Bearer t', 'content-type': 'application/json', 'content-length': '8' },
    })
    expect(stub.requests[0]?.body.toString()).toBe('{"ü":1}')
  })

  it('sends no body unless it is given one, and takes an answer that is no JSON', async () => {
    const stub = await startStubServer(() => ({ status: 200, text: '<p>' }))
    const answer = await sendJson(stub.url, 'POST', '/')
    await stub.close()
    expect(answer).toMatchObject({ text: '<p>', json: undefined })
    expect(stub.requests[0]?.headers).not.toHaveProperty('content-type')
  })

  it('fails when the server hangs up or takes too long', async () => {
    const never = new Promise<undefined>(() => {})
    const stub = await startStubServer(({ target }) => (target === '/' ? undefined : never))
    const request = { method: 'GET', headers: [] }
    await expect(send(stub.url, { ...request, path: '/' })).rejects.toThrow('socket hang up')
    await expect(send(stub.url, { ...request, path: '/slow' }, 20)).rejects.toThrow('aborted')
    await stub.close()
  })
})
