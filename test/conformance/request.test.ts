// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the scenarios' variables are written so
import { describe, expect, it } from 'vitest'
import { send } from '../support/http-client.ts'
import { startStubServer } from '../support/stub-server.ts'
import { json } from './play-on-stub.ts'
import { buildRequest } from './request.ts'
import type { RequestStep } from './scenario.ts'
import { createVariables } from './variables.ts'

const variables = createVariables({ vars: {} })
variables.values.set('word', 'ä b')
variables.values.set('yes', true)

/** What a stub saw of a step's request. */
async function sent(step: Partial<RequestStep>) {
  const stub = await startStubServer(() => ({ status: 204 }))
  await send(stub.url, buildRequest({ do: 'POST', path: '/', ...step }, variables))
  await stub.close()
  const [request] = stub.requests
  if (!request) throw new Error('nothing was sent')
  return { ...request, host: new URL(stub.url).host }
}

// The expected texts of this file are what Python's json.dumps, urllib.parse and http.client write.
describe('a request of a scenario', () => {
  it('has the headers of the recording and no others, in its order', async () => {
    const { rawHeaders, host } = await sent({ json: {}, auth: 'a ${word}', headers: { 'X-One': '1' } })
    expect(rawHeaders).toEqual([
      ...['Host', host],
      ...['Accept', 'application/json'],
      ...['Content-Type', 'application/json'],
      ...['Authorization', Buffer.from('Bearer a ä b').toString('latin1')],
      ...['X-One', '1'],
      ...['Content-Length', '2'],
    ])
  })

  it.each([
    ['GET', ['Host', 'Accept']],
    ['HEAD', ['Host', 'Accept']],
    ['DELETE', ['Host', 'Accept']],
    ['OPTIONS', ['Host', 'Accept']],
    ['POST', ['Host', 'Accept', 'Content-Length']],
    ['PUT', ['Host', 'Accept', 'Content-Length']],
    ['PATCH', ['Host', 'Accept', 'Content-Length']],
  ])('is framed as the recording was, without a body: %s', async (method, names) => {
    const { rawHeaders } = await sent({ do: method })
    expect(rawHeaders.filter((_text, index) => index % 2 === 0)).toEqual(names)
  })

  it('removes headers, and sends one in two spellings twice', async () => {
    const { rawHeaders } = await sent({ do: 'GET', headers: { Accept: null, 'X-A': '1', 'x-a': '2' } })
    expect(rawHeaders.slice(2).map((text) => text.toLowerCase())).toEqual(['x-a', '1', 'x-a', '2'])
  })

  it('writes JSON in ASCII and keeps the spelling of numbers', async () => {
    const { body } = await sent({
      json: json(String.raw`{"a": [1.50, 1e2, null], "ü": "\ud800 😀\u007f${'${word}'}"}`),
    })
    expect(body.toString('latin1')).toBe(
      String.raw`{"a": [1.50, 1e2, null], "\u00fc": "\ud800 \ud83d\ude00\u007f\u00e4 b"}`,
    )
  })

  it('sends raw text in UTF-8, with lone surrogates as three bytes', async () => {
    expect((await sent({ raw: '"ä\ud83d"' })).body.toString('hex')).toBe('22c3a4eda0bd22')
    expect((await sent({ raw_hex: 'ff00' })).body.toString('hex')).toBe('ff00')
  })

  it('sends an empty body with its type and length', async () => {
    const { headers, body } = await sent({ raw: '', headers: { 'Content-Type': 'text/plain' } })
    expect([headers['content-type'], headers['content-length'], body.length]).toEqual(['text/plain', '0', 0])
  })

  it('sends a form', async () => {
    const { headers, body } = await sent({
      form: [
        ['a b', '${word}&~*'],
        ['a b', '${yes}'],
      ],
    })
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded')
    expect(body.toString()).toBe('a+b=%C3%A4+b%26~%2A&a+b=True')
  })

  it('sends a multipart form', async () => {
    const { headers, body } = await sent({ multipart: [['a', '${word}']] })
    expect(headers['content-type']).toBe('multipart/form-data; boundary=frontier')
    expect(body.toString()).toBe(
      '--frontier\r\nContent-Disposition: form-data; name="a"\r\n\r\nä b\r\n--frontier--\r\n',
    )
  })

  it.each([
    ['/${word}/?x=a b&y=%20', '/%C3%A4%20b/?x=a%20b&y=%20'],
    ['//a/../b/', '//a/../b/'],
    ["/~-_.@,:+'!*()[]<>|\\^`{}#/", '/~-_.@,:+%27%21%2A%28%29%5B%5D%3C%3E%7C%5C%5E%60%7B%7D%23/'],
  ])('quotes the path %s', async (path, target) => {
    expect((await sent({ do: 'GET', path })).target).toBe(target)
  })

  it('keeps the case of the method', async () => {
    expect(buildRequest({ do: 'get', path: '/' }, variables).method).toBe('get')
  })

  it('cannot be built from a variable without a value', () => {
    expect(() => buildRequest({ do: 'GET', path: '/${nothing}/' }, variables)).toThrow('no value for nothing')
  })
})
