import { once } from 'node:events'
import type { Socket } from 'node:net'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ClientTimeouts, createServer } from '../../src/http/server.ts'
import { createRequestCounts } from '../../src/metrics/request-counts.ts'
import { sendJson } from '../support/http-client.ts'
import { rawRequest } from '../support/raw-client.ts'
import { startTestApp } from '../support/test-app.ts'
import { chunked, connectTo, get, post, textUntilEnd } from './raw-requests.ts'
import { anyDatabase } from './signed-in-app.ts'

const timeouts: ClientTimeouts = {
  headersMs: 60,
  requestMs: 120,
  keepAliveMs: 30,
  stallMs: 60_000,
  checkEveryMs: 20,
  lingerMs: 40,
  stopMs: 20,
}
const settings = {
  trustedProxies: [],
  forwardedHeader: 'x-forwarded-for' as const,
  allowedOrigins: [],
  allowedHeaders: [],
  publicUrl: 'http://a.test',
  authHeaderName: 'Authorization',
  keepAliveMs: 72_000,
  hstsIncludesSubdomains: false,
}
/** More than the system buffers for a client that reads nothing. */
const large = 'a'.repeat(8_000_000)
const makeServer = (changed: Partial<ClientTimeouts> = {}) => {
  const log = pino({ enabled: false })
  const made = createServer({ log, settings, requests: createRequestCounts(), timeouts: { ...timeouts, ...changed } })
  made.get('/healthz', async () => ({ status: 'ok' }))
  made.post('/api/login/', async () => ({}))
  made.get('/large', async () => large)
  return made
}

describe('slow clients', () => {
  it('keep nobody else waiting, even if there are fifty', async () => {
    const app = await startTestApp({ database: anyDatabase })
    const halves = [get('Host: a.test').slice(0, -1), post('Content-Length: 100', '{"username": "'), '', 'G']
    const sockets = Array.from({ length: 50 }, (_, index) => {
      const socket = connectTo(app.url)
      socket.write(halves[index % halves.length] ?? '')
      return socket
    })
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    for (let turn = 0; turn < 20; turn++) {
      expect(await sendJson(app.url, 'GET', '/readyz')).toMatchObject({ status: 200 })
    }
    const body = { username: 'nobody', password: 'nothing' }
    expect(await sendJson(app.url, 'POST', '/api/login/', { body })).toMatchObject({ status: 401 })
    for (const socket of sockets) socket.destroy()
    await app.close()
  })

  it('have one response at a time prepared for them, however many they request at once', async () => {
    const server = makeServer({ headersMs: 60_000, requestMs: 60_000, keepAliveMs: 60_000 })
    let made = 0
    server.get('/counted', async () => {
      made += 1
      return large
    })
    const url = await server.listen({ host: '127.0.0.1', port: 0 })
    const socket = connectTo(url).pause()
    const many = 5
    socket.write(get('Host: a.test').replace('/healthz', '/counted').repeat(many))
    await expect.poll(() => made).toBe(1)
    for (let turn = 0; turn < 20; turn++) await rawRequest(url, get('Host: a.test'))
    expect(made).toBe(1)

    let taken = 0
    socket.on('data', (bytes) => {
      taken += bytes.length
    })
    socket.resume()
    await expect.poll(() => taken).toBeGreaterThan(many * large.length)
    expect(made).toBe(many)
    socket.destroy()
    await server.close()
  })

  describe('are cut off', () => {
    const server = makeServer()
    let url: string

    beforeAll(async () => {
      url = await server.listen({ host: '127.0.0.1', port: 0 })
    })
    afterAll(() => server.close())

    it.each([
      ['while they say nothing', ''],
      ['in the middle of their headers', 'GET /healthz HTTP/1.1\r\nHost: a.te'],
      ['in the middle of their body', post('Content-Length: 100', '{"username": "')],
      ['in the middle of a chunk', post(chunked, '50\r\n{"username": "')],
    ])('%s', async (_when, bytes) => {
      const answer = await rawRequest(url, bytes, { until: 'close' })
      expect(answer).toMatchObject({ statusLine: 'HTTP/1.1 408 Request Timeout', closed: true })
      expect(JSON.parse(answer.body.toString())).toEqual({ detail: 'The request took too long.' })
    })

    it('when their connection is idle after an answer', async () => {
      const answer = await rawRequest(url, get('Host: a.test'), { until: 'close' })
      expect(answer).toMatchObject({ statusLine: 'HTTP/1.1 200 OK', closed: true })
    })

    it('when they read nothing of a response', async () => {
      const strict = makeServer({ stallMs: 60 })
      const address = await strict.listen({ host: '127.0.0.1', port: 0 })
      const letGo = once(strict.server, 'connection').then(([connection]) => once(connection as Socket, 'close'))
      const socket = connectTo(address).pause()
      socket.write(get('Host: a.test').replace('/healthz', '/large'))
      await letGo
      socket.destroy()
      await strict.close()
    })

    it('when the server stops and they have not sent everything', async () => {
      const patient = makeServer({ headersMs: 60_000, requestMs: 60_000, keepAliveMs: 60_000 })
      const address = await patient.listen({ host: '127.0.0.1', port: 0 })
      const halves = ['', 'GET /healthz HT', post('Content-Length: 100', '{"username": "')]
      const answers = halves.map((half) => rawRequest(address, half, { until: 'close' }))
      expect(await rawRequest(address, get('Host: a.test'))).toMatchObject({ statusLine: 'HTTP/1.1 200 OK' })
      await patient.close()
      for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ statusLine: '', closed: true })
    })

    it('when they were refused and do not close the connection', async () => {
      const letGo = once(server.server, 'connection').then(([connection]) => once(connection as Socket, 'close'))
      const socket = connectTo(url)
      socket.write('nonsense\r\n\r\n')
      expect(await textUntilEnd(socket)).toMatch(/^HTTP\/1.1 400/)
      await letGo
      expect(socket.writable).toBe(true)
      socket.destroy()
    })
  })
})
