import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express from 'express'
import Fastify from 'fastify'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createLatchkey, type Latchkey, type LatchkeyOptions } from '../../src/latchkey.ts'
import { sendJson } from '../support/http-client.ts'

const PASSWORD = 'correct horse 9'
const folder = mkdtempSync(join(tmpdir(), 'latchkey-embedded-'))
let made = 0

/** A Latchkey on a database of its own. */
function aLatchkey(options: LatchkeyOptions = {}): Promise<Latchkey> {
  return createLatchkey({
    SECRET_KEY: 'a-secret-key-for-tests-only-0123456789',
    DATABASE_URL: `sqlite:${join(folder, `${++made}.sqlite3`)}`,
    HASH_MEMORY_KIB: 64,
    HASH_PASSES: 1,
    LOG_LEVEL: 'silent',
    SAMPLE_RESOURCES: true,
    ...options,
  })
}

async function serve(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Registers, logs in, refreshes, and asks for a protected path. @returns an access token */
async function walkThrough(url: string, prefix = ''): Promise<string> {
  const account = { username: `user${++made}`, email: `user${made}@example.org`, password: PASSWORD }
  expect((await sendJson(url, 'POST', `${prefix}/api/v1/register`, { body: account })).status).toBe(201)
  const login = await sendJson(url, 'POST', `${prefix}/api/token/`, { body: account })
  const { refresh, access } = login.json as { refresh: string; access: string }
  expect((await sendJson(url, 'POST', `${prefix}/api/token/refresh/`, { body: { refresh } })).status).toBe(200)
  expect((await sendJson(url, 'GET', `${prefix}/api/protected/`, { token: access })).status).toBe(200)
  return access
}

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('createLatchkey', () => {
  let latchkey: Latchkey
  beforeAll(async () => {
    latchkey = await aLatchkey({ PUBLIC_URL: 'https://app.example.org/auth' })
  })
  afterAll(() => latchkey.close())

  it('answers behind node:http', async () => {
    await walkThrough(await serve(latchkey.handler))
  })

  it('answers in Express at the root, and leaves other paths to the application', async () => {
    const app = express()
    app.use(latchkey.handler)
    app.get('/hello', (_request, response) => void response.send('hello'))
    app.get('/api/orders', (_request, response) => void response.send('orders'))
    const url = await serve(app)
    await walkThrough(url)
    expect(await (await fetch(`${url}/hello`)).text()).toBe('hello')
    expect(await (await fetch(`${url}/api/orders`)).text()).toBe('orders')
  })

  it('answers in Express below a path', async () => {
    const app = express()
    app.use('/auth', latchkey.handler)
    await walkThrough(await serve(app), '/auth')
  })

  it('says what is wrong if a body parser ran first', async () => {
    const app = express()
    app.use(express.json())
    app.use(latchkey.handler)
    app.use(
      ((error, _request, response, _next) =>
        void response.status(500).send(error.message)) as express.ErrorRequestHandler,
    )
    const answer = await sendJson(await serve(app), 'POST', '/api/token/', { body: {} })
    expect(answer.text).toContain('Mount Latchkey before express.json()')
  })

  it('answers in Fastify below a prefix, beside routes with bodies', async () => {
    const app = Fastify()
    await app.register(latchkey.plugin, { prefix: '/auth' })
    app.post('/echo', async (request) => request.body)
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    onTestFinished(() => app.close())
    await walkThrough(url, '/auth')
    expect((await sendJson(url, 'POST', '/echo', { body: { a: 1 } })).json).toEqual({ a: 1 })
  })

  it('answers Requests with Responses, as Hono passes them on', async () => {
    const app = new Hono().all('/auth/*', (c) => latchkey.fetch(c.req.raw, { address: '192.0.2.7' }))
    const username = `user${++made}`
    const body = JSON.stringify({ username, email: '', password: PASSWORD })
    const headers = { 'content-type': 'application/json' }
    expect((await app.request('/auth/api/register/', { method: 'POST', headers, body })).status).toBe(201)
    const login = await app.request('/auth/api/v1/login', {
      method: 'POST',
      headers: { ...headers, origin: 'https://app.example.org' },
      body: JSON.stringify({ username, password: PASSWORD, mode: 'cookie' }),
    })
    expect(login.status).toBe(200)
    expect(login.headers.getSetCookie()).toHaveLength(2)
    expect((await app.request('/elsewhere')).status).toBe(404)
  })

  it('says who presents an access token, and refuses one whose session was ended', async () => {
    const url = await serve(latchkey.handler)
    const access = await walkThrough(url)
    const { account, sessionId } = await latchkey.verify(access)
    expect(account).toMatchObject({ username: expect.stringMatching(/^user/), isStaff: false })
    expect(sessionId).toEqual(expect.any(String))
    await sendJson(url, 'POST', '/api/v1/logout', { token: access })
    await sendJson(url, 'DELETE', `/api/v1/me/sessions/${sessionId}`, { token: access })
    await expect(latchkey.verify(access)).rejects.toMatchObject({ code: 'token_revoked' })
    await expect(latchkey.verify('stuff')).rejects.toMatchObject({ code: 'token_not_valid' })
  })
})

describe('what createLatchkey takes', () => {
  it('throws all wrong settings at once, unknown ones included', async () => {
    await expect(aLatchkey({ PUBLIC_URl: 'https://x' } as LatchkeyOptions)).rejects.toThrow(
      'PUBLIC_URl: there is no such setting. Did you mean PUBLIC_URL?',
    )
    await expect(
      aLatchkey({ PORT: 70_000, LEEWAY: 'soon', SECRET_KEY: 'x', ALGORITM: 'ES256' } as LatchkeyOptions),
    ).rejects.toMatchObject({
      faults: [
        expect.stringMatching(/^ALGORITM: there is no such setting. Did you mean ALGORITHM/),
        expect.stringMatching(/^PORT \(createLatchkey\)/),
        expect.stringMatching(/^SECRET_KEY \(createLatchkey\)/),
        expect.stringMatching(/^LEEWAY \(createLatchkey\)/),
      ],
    })
  })

  it('reads neither the environment nor .env', async () => {
    const home = process.cwd()
    const elsewhere = mkdtempSync(join(folder, 'home-'))
    writeFileSync(join(elsewhere, '.env'), 'PORT=nonsense\n')
    writeFileSync(join(elsewhere, 'latchkey.config.ts'), 'throw new Error("was loaded")\n')
    process.env.PORT = 'nonsense'
    process.chdir(elsewhere)
    onTestFinished(() => {
      process.chdir(home)
      delete process.env.PORT
    })
    await (await aLatchkey()).close()
  })

  it('calls hooks that are given as functions, and refuses anything that is not a hook', async () => {
    const latchkey = await aLatchkey({ hooks: { beforeToken: () => ({ claims: { plan: 'pro' } }) } })
    onTestFinished(() => latchkey.close())
    const access = await walkThrough(await serve(latchkey.handler))
    expect(JSON.parse(Buffer.from(access.split('.')[1] ?? '', 'base64url').toString())).toMatchObject({ plan: 'pro' })
    await expect(aLatchkey({ hooks: { beforeTokens: () => {} } } as LatchkeyOptions)).rejects.toThrow('beforeTokens')
  })

  it('keeps two in one process separate', async () => {
    const [one, other] = await Promise.all([aLatchkey(), aLatchkey()])
    onTestFinished(async () => void (await Promise.all([one.close(), other.close()])))
    const access = await walkThrough(await serve(one.handler))
    await walkThrough(await serve(other.handler))
    await expect(other.verify(access)).rejects.toMatchObject({ code: 'token_not_valid' })
    expect(await one.verify(access)).toBeDefined()
  })

  it('closes everything, so that the process can exit', async () => {
    const latchkey = await aLatchkey({ PORT: 0 })
    const url = await latchkey.listen()
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    await latchkey.close()
    await expect(fetch(`${url}/healthz`)).rejects.toThrow()
  })
})
