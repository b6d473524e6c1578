import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { send, type WireAnswer } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { anyDatabase } from './signed-in-app.ts'

const REPLACED = 'caf\ufffd-lantern-42'
const FORM = 'application/x-www-form-urlencoded'

describe('bodies that are not text in their charset', () => {
  let app: TestApp
  let made = 0
  beforeAll(async () => {
    app = await startTestApp({ database: anyDatabase })
  })
  afterAll(() => app.close())

  function post(path: string, contentType: string, body: Buffer): Promise<WireAnswer> {
    const headers: [string, string][] = [
      ['Content-Type', contentType],
      ['Content-Length', String(body.length)],
    ]
    return send(app.url, { method: 'POST', path, headers, body })
  }

  const json = (value: object) => Buffer.from(JSON.stringify(value))

  async function anAccount(password: string): Promise<string> {
    const username = `user${++made}`
    const { status } = await post('/api/users/', 'application/json', json({ username, password }))
    expect(status).toBe(201)
    return username
  }

  /** A multipart form whose password has these bytes. */
  function multipart(username: string, password: Buffer): Buffer {
    const part = (name: string) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`
    return Buffer.concat([
      Buffer.from(`${part('username')}${username}\r\n${part('password')}`),
      password,
      Buffer.from('\r\n--b--\r\n'),
    ])
  }

  it('do not log in with a different password', async () => {
    const username = await anAccount(REPLACED)
    const bad = Buffer.from('636166ff2d6c616e7465726e2d3432', 'hex')
    const encoded = Buffer.from(`username=${username}&password=caf%FF-lantern-42`)
    const raw = Buffer.concat([Buffer.from(`username=${username}&password=`), bad])
    const inJson = Buffer.concat([Buffer.from(`{"username":"${username}","password":"`), bad, Buffer.from('"}')])
    for (const path of ['/api/login/', '/api/token/', '/token/', '/api/users/authentication/']) {
      expect((await post(path, FORM, encoded)).status).toBe(400)
      expect((await post(path, FORM, raw)).status).toBe(400)
      expect((await post(path, 'multipart/form-data; boundary=b', multipart(username, bad))).status).toBe(400)
      expect((await post(path, 'application/json', inJson)).status).toBe(400)
    }
    const good = Buffer.from(`username=${username}&password=${encodeURIComponent(REPLACED)}`)
    expect((await post('/api/login/', FORM, good)).status).toBe(200)
    const whole = multipart(username, Buffer.from(REPLACED))
    expect((await post('/api/login/', 'multipart/form-data; boundary=b', whole)).status).toBe(200)
  })

  it('are read in the charset that they declare, on classic paths', async () => {
    const password = 'café-lantern-42'
    const username = await anAccount(password)
    const latin = Buffer.from(JSON.stringify({ username, password }), 'latin1')
    expect((await post('/api/login/', 'application/json; charset=latin-1', latin)).status).toBe(200)
    expect((await post('/api/login/', 'application/json', latin)).status).toBe(400)
    const wide = Buffer.from(JSON.stringify({ username, password }), 'utf16le')
    expect((await post('/api/login/', 'application/json; charset=utf-16-le', wide)).status).toBe(200)
    const form = Buffer.from(`username=${username}&password=caf%E9-lantern-42`)
    expect((await post('/api/login/', `${FORM}; charset=iso-8859-1`, form)).status).toBe(200)
    const parts = multipart(username, Buffer.from(password, 'latin1'))
    expect((await post('/api/login/', 'multipart/form-data; boundary=b; charset=latin1', parts)).status).toBe(200)
    const utf8 = json({ username, password })
    expect((await post('/api/login/', 'application/json; charset=no-such-charset', utf8)).status).toBe(200)
  })

  it('are UTF-8 on v1, and nothing else', async () => {
    const username = await anAccount('plain-lantern-42')
    const body = json({ username, password: 'plain-lantern-42' })
    expect((await post('/api/v1/login', 'application/json; charset=utf-8', body)).status).toBe(200)
    expect((await post('/api/v1/login', 'application/json; charset=latin-1', body)).status).toBe(415)
  })
})
