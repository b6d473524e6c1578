import { describe, expect, it, onTestFinished } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { sendJson } from '../support/http-client.ts'
import { startStubServer } from '../support/stub-server.ts'
import { logOut } from '../support/v1-client.ts'
import { badTokens, type Latchkey, startLatchkey } from './latchkey.ts'
import { codeBelow } from './manual-code.ts'
import { folderWith, startProgram } from './program.ts'

// Debian: nginx-light

/** nginx with the configuration of the manual. @returns its address */
async function startNginx(latchkey: Latchkey, apiUrl: string): Promise<string> {
  const port = await freePort()
  const locations = codeBelow('nginx: auth_request')
    .replaceAll('http://127.0.0.1:8000', latchkey.app.url)
    .replaceAll('http://127.0.0.1:9000', apiUrl)
  const folder = folderWith({
    'nginx.conf': `
      daemon off;
      pid nginx.pid;
      error_log stderr;
      events {}
      http {
        access_log off;
        client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
        uwsgi_temp_path uwsgi; scgi_temp_path scgi;
        server {
          listen 127.0.0.1:${port};
          ${locations}
        }
      }`,
  })
  const url = `http://127.0.0.1:${port}`
  await startProgram({ command: '/usr/sbin/nginx', args: ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr'], url })
  return url
}

describe('nginx with auth_request', () => {
  it('passes requests on if their access token is valid, and answers all others with 401', async () => {
    const latchkey = await startLatchkey()
    const api = await startStubServer(() => ({ status: 200, json: '{"from": "the API"}' }))
    onTestFinished(() => api.close())
    const url = await startNginx(latchkey, api.url)
    const { access_token: token, refresh_token } = latchkey.tokens
    for (const method of ['GET', 'POST', 'DELETE']) {
      const body = method === 'GET' ? {} : { body: { article: 'lantern' } }
      const answer = await sendJson(url, method, '/orders/1', { token, ...body })
      expect([method, answer.status, answer.json]).toEqual([method, 200, { from: 'the API' }])
    }
    expect(api.requests.map(({ method, target }) => `${method} ${target}`)).toEqual([
      'GET /orders/1',
      'POST /orders/1',
      'DELETE /orders/1',
    ])
    expect(api.requests[1]?.body.toString()).toBe('{"article":"lantern"}')

    for (const [fault, bad] of await badTokens(latchkey)) {
      const answer = await sendJson(url, 'GET', '/orders/1', { token: bad })
      expect([fault, answer.status]).toEqual([fault, 401])
      expect(answer.headers['www-authenticate']?.[0]).toMatch(/^Bearer/)
    }
    expect((await sendJson(url, 'GET', '/orders/1')).status).toBe(401)
    await logOut(latchkey.app, refresh_token)
    expect((await sendJson(url, 'GET', '/orders/1', { token })).status).toBe(401)
    expect(api.requests).toHaveLength(3)
  })

  it('ignores cookies, which a foreign page could send with any method', async () => {
    const latchkey = await startLatchkey({ PUBLIC_URL: 'https://auth.example.org' })
    const api = await startStubServer(() => ({ status: 200, json: '{}' }))
    onTestFinished(() => api.close())
    const url = await startNginx(latchkey, api.url)
    const headers = { cookie: `__Host-latchkey-access=${latchkey.tokens.access_token}` }
    expect((await sendJson(latchkey.app.url, 'GET', '/api/v1/me', { headers })).status).toBe(200)
    expect((await sendJson(url, 'POST', '/orders/1', { headers, body: {} })).status).toBe(401)
    expect(api.requests).toEqual([])
  })

  it('lets nobody in while Latchkey is down', async () => {
    const latchkey = await startLatchkey()
    const api = await startStubServer(() => ({ status: 200, json: '{}' }))
    onTestFinished(() => api.close())
    const url = await startNginx(latchkey, api.url)
    await latchkey.app.app.server.close()
    expect((await sendJson(url, 'GET', '/orders/1', { token: latchkey.tokens.access_token })).status).toBe(500)
    expect(api.requests).toEqual([])
  })
})
