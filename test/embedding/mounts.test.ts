import { once } from 'node:events'
import { createServer, type OutgoingHttpHeaders, type RequestListener } from 'node:http'
import { connect, createServer as createSecureless } from 'node:http2'
import type { AddressInfo } from 'node:net'
import 'reflect-metadata'
import { NestFactory } from '@nestjs/core'
import express from 'express'
import Fastify from 'fastify'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createTestLatchkey, type TestAccount, type TestLatchkey } from '../../src/testing.ts'
import { sendJson } from '../support/http-client.ts'

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A proxy in front of a program: the part of the path that it passes on. */
const strip =
  (path: string, listener: RequestListener) =>
  (request: Parameters<RequestListener>[0], response: Parameters<RequestListener>[1]) => {
    request.url = (request.url ?? '/').slice(path.length) || '/'
    listener(request, response)
  }

/** Ways to mount Latchkey below a path, as somebody would write them. */
const ways: Record<string, (latchkey: TestLatchkey, path: string) => Promise<string>> = {
  'node:http behind a proxy that keeps the path': ({ handler }) => serve(handler),
  'node:http behind a proxy that strips it': ({ handler }, path) => serve(strip(path, handler)),
  'Express, mounted at the path': ({ handler }, path) => serve(express().use(path, handler)),
  'Express, mounted at the root': ({ handler }) => serve(express().use(handler)),
  'a router of Express': ({ handler }, path) => serve(express().use(path, express.Router().use(handler))),
  'Express behind a proxy that strips the path': ({ handler }, path) => serve(strip(path, express().use(handler))),
  NestJS: async ({ handler }, path) => {
    const app = await NestFactory.create(class {}, { logger: false })
    app.use(path, handler)
    onTestFinished(() => app.close())
    await app.listen(0, '127.0.0.1')
    return app.getUrl()
  },
  'Fastify with the path as prefix': async ({ plugin }, path) => {
    const app = Fastify()
    await app.register(plugin, { prefix: path })
    onTestFinished(() => app.close())
    return app.listen({ port: 0, host: '127.0.0.1' })
  },
  'Fastify without a prefix': async ({ plugin }) => {
    const app = Fastify()
    await app.register(plugin)
    onTestFinished(() => app.close())
    return app.listen({ port: 0, host: '127.0.0.1' })
  },
  Hono: async ({ fetch }, path) => {
    const app = new Hono().all(`${path}/*`, (c) => fetch(c.req.raw))
    return serve(async (request, response) => {
      const chunks = await request.toArray()
      const answer = await app.request(`http://host${request.url}`, {
        method: request.method ?? 'GET',
        headers: request.headers as Record<string, string>,
        ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
      })
      response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(Buffer.from(await answer.arrayBuffer()))
    })
  },
}

describe.each(['/auth', '/api', '/account', '/api/v1'])('below %s', (path) => {
  let latchkey: TestLatchkey
  let anna: TestAccount
  beforeAll(async () => {
    latchkey = await createTestLatchkey({ PUBLIC_URL: `https://app.example.org${path}` })
    anna = await latchkey.createAccount()
  })
  afterAll(() => latchkey.close())

  it.each(Object.entries(ways))('answers in %s', async (_, mount) => {
    const url = await mount(latchkey, path)
    const { username, password } = anna
    for (const api of ['/api/v1/login', '/api/token/']) {
      const login = await sendJson(url, 'POST', `${path}${api}`, { body: { username, password } })
      expect([api, login.status]).toEqual([api, 200])
    }
    const page = await fetch(`${url}${path}/sign-in/`)
    expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')])
    const [, script = ''] = /<script[^>]+src="([^"]+)"/.exec(await page.text()) ?? []
    expect(script).toMatch(new RegExp(`^${path}/`))
    expect((await fetch(`${url}${script}`)).status).toBe(200)
  })
})

describe('a Latchkey of another program', () => {
  let latchkey: TestLatchkey
  beforeAll(async () => {
    latchkey = await createTestLatchkey()
  })
  afterAll(() => latchkey.close())

  it('refuses a body that is too large, and reads no more of it than necessary', async () => {
    let sent = 0
    const endless = new ReadableStream({
      pull(controller) {
        sent += 65_536
        controller.enqueue(new Uint8Array(65_536))
      },
    })
    const request = new Request('http://host/api/v1/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: endless,
      duplex: 'half',
    } as RequestInit)
    expect((await latchkey.fetch(request)).status).toBe(413)
    expect(sent).toBeLessThan(2_000_000)
  })

  it('says what is wrong if the body of a Request was already read', async () => {
    const request = new Request('http://host/api/v1/login', { method: 'POST', body: '{}' })
    await request.text()
    await expect(latchkey.fetch(request)).rejects.toThrow('read before Latchkey saw it')
  })

  it('can be closed twice, even at the same time, and by two parts of a program', async () => {
    const other = await createTestLatchkey()
    await Promise.all([other.close(), other.close()])
    await other.close()
  })

  it('answers the requests under way before it closes', async () => {
    const other = await createTestLatchkey({ HASH_PASSES: 60 })
    const { username, password } = await other.createAccount()
    const begun = Promise.withResolvers<void>()
    const url = await serve((request, response) => {
      other.handler(request, response)
      begun.resolve()
    })
    const login = sendJson(url, 'POST', '/api/v1/login', { body: { username, password } })
    await begun.promise
    const [{ status }] = await Promise.all([login, other.close()])
    expect(status).toBe(200)
    expect((await sendJson(url, 'POST', '/api/v1/login', { body: { username, password } })).status).toBe(503)
    expect((await other.fetch(new Request('http://host/healthz'))).status).toBe(503)
  })

  it('answers over HTTP/2, whose requests have bodies of another kind', async () => {
    const server = createSecureless(latchkey.handler).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const connection = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    onTestFinished(() => {
      connection.destroy()
      server.close()
    })
    const ask = async (headers: OutgoingHttpHeaders, body?: string) => {
      const request = connection.request(headers)
      if (body !== undefined) request.end(body)
      const [answered] = await once(request, 'response')
      return { headers: answered, text: Buffer.concat(await request.toArray()).toString() }
    }
    const { username, password } = await latchkey.createAccount()
    const login = { ':method': 'POST', ':path': '/api/v1/login', 'content-type': 'application/json' }
    const { headers } = await ask(login, JSON.stringify({ username, password, mode: 'cookie' }))
    expect([headers[':status'], headers['set-cookie']]).toEqual([200, [expect.any(String), expect.any(String)]])
    const cookie = headers['set-cookie'].map((one: string) => one.split(';')[0]).join('; ')
    expect(JSON.parse((await ask({ ':path': '/api/v1/me', cookie })).text)).toMatchObject({ username })
    expect((await ask({ ':path': '/sign-in/' })).text).toContain('</html>')
    expect((await ask({ ...login, 'content-type': 'text/plain' }, 'x')).headers[':status']).toBe(415)
    expect((await ask(login, 'x'.repeat(1_100_000))).headers[':status']).toBe(413)
  })

  it('does not wait, when it is closed, for clients that disconnected before it saw their request', {
    timeout: 10_000,
  }, async () => {
    const other = await createTestLatchkey()
    const isHandled = Promise.withResolvers<void>()
    const leaving = new AbortController()
    const url = await serve(async (request, response) => {
      leaving.abort()
      await once(response, 'close')
      other.handler(request, response)
      isHandled.resolve()
    })
    await expect(fetch(`${url}/healthz`, { signal: leaving.signal })).rejects.toThrow()
    await isHandled.promise
    await other.close()
  })

  it('says so if its port is taken', async () => {
    const other = await createTestLatchkey()
    onTestFinished(() => other.close())
    await expect(createTestLatchkey({ PORT: Number(new URL(other.url).port) })).rejects.toThrow('EADDRINUSE')
  })
})
