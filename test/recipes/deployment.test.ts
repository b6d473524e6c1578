import { request } from 'node:https'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { selfSignedCertificate } from '../support/certificates.ts'
import { freePort } from '../support/free-port.ts'
import { sendJson } from '../support/http-client.ts'
import { type Latchkey, startLatchkey } from './latchkey.ts'
import { codeBelow } from './manual-code.ts'
import { folderWith, runProgram, startProgram } from './program.ts'

// Debian: nginx-light systemd

const root = join(import.meta.dirname, '../..')

/** nginx with the server of the manual, in front of a Latchkey. @returns its port */
async function startNginx(latchkey: Latchkey): Promise<number> {
  const port = await freePort()
  const plainPort = await freePort()
  const { key, cert } = selfSignedCertificate('auth.example.org')
  const block = codeBelow('Reverse proxy', 'deployment.md', 'nginx')
  expect(block).toContain('http://127.0.0.1:8000')
  const server = block
    .replaceAll('http://127.0.0.1:8000', latchkey.app.url)
    .replace('listen 443 ssl http2;', `listen 127.0.0.1:${port} ssl http2; listen 127.0.0.1:${plainPort};`)
    .replace('/etc/ssl/auth.example.org.pem', 'cert.pem')
    .replace('/etc/ssl/auth.example.org.key', 'key.pem')
  const folder = folderWith({
    'cert.pem': cert,
    'key.pem': key,
    'nginx.conf': `
      daemon off; pid nginx.pid; error_log stderr crit; events {}
      http {
        access_log off;
        client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
        uwsgi_temp_path uwsgi; scgi_temp_path scgi;
        ${server}
      }`,
  })
  const url = `http://127.0.0.1:${plainPort}`
  await startProgram({ command: '/usr/sbin/nginx', args: ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr'], url })
  return port
}

type Asked = { path: string; body: object; from: string; headers?: Record<string, string> }

/** A POST over TLS from an address of this machine. */
function post(port: number, { path, body, from, headers = {} }: Asked): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, method: 'POST', localAddress: from, rejectUnauthorized: false }
    const own = { host: 'auth.example.org', 'content-type': 'application/json', ...headers }
    const outgoing = request({ ...options, headers: own, agent: false }, (incoming) => {
      let text = ''
      incoming.on('data', (chunk) => (text += String(chunk)))
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text }))
    })
    outgoing.on('error', reject)
    outgoing.end(JSON.stringify(body))
  })
}

describe('the nginx of the manual', () => {
  it('passes Latchkey the address of each client, whatever the client says about itself', async () => {
    const latchkey = await startLatchkey({ TRUSTED_PROXIES: '127.0.0.1', PUBLIC_URL: 'https://auth.example.org' })
    const port = await startNginx(latchkey)
    const body = { username: 'ann', password: 'correct horse 9' }
    const headers = { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=203.0.113.9' }
    expect(await post(port, { path: '/api/v1/login', body, from: '127.0.0.7', headers })).toMatchObject({ status: 200 })
    const { json } = await sendJson(latchkey.app.url, 'GET', '/api/v1/me/sessions', {
      token: latchkey.tokens.access_token,
    })
    const { sessions } = json as { sessions: { address: string }[] }
    expect(sessions.map(({ address }) => address)).toContain('127.0.0.7')
    expect(sessions.map(({ address }) => address)).not.toContain('203.0.113.9')
  })

  it('limits every path where a stranger can guess a secret, create an account or send mail', async () => {
    const latchkey = await startLatchkey({ TRUSTED_PROXIES: '127.0.0.1', PUBLIC_URL: 'https://auth.example.org' })
    const port = await startNginx(latchkey)
    const { json } = await sendJson(latchkey.app.url, 'GET', '/openapi.json')
    const { paths } = json as { paths: Record<string, { post?: { 'x-access'?: string; security?: object[] } }> }
    // Tokens cannot be guessed, and the check of a new password says nothing about any account.
    const unlimited = /\/(refresh|refresh-and-verify|verify|blacklist|logout|password-check)\/?$/
    const limited = Object.entries(paths)
      .filter(([path, { post }]) => post && /^\/(api|token|register)/.test(path) && !unlimited.test(path))
      .filter(([, { post }]) => (post?.['x-access'] ?? (post?.security ? 'caller' : 'anybody')) === 'anybody')
      .map(([path]) => path)
    expect(limited.length).toBeGreaterThan(20)
    for (const [index, path] of limited.entries()) {
      // Each from an address of its own: the burst of the zone is 20.
      const from = `127.0.1.${index + 1}`
      const statuses = []
      for (let turn = 0; turn < 25; turn++) statuses.push((await post(port, { path, body: {}, from })).status)
      expect({ path, first: statuses[0] === 429, last: statuses.at(-1) }).toEqual({ path, first: false, last: 429 })
    }
    const statuses = []
    for (let turn = 0; turn < 25; turn++) {
      statuses.push((await post(port, { path: '/api/v1/refresh', body: {}, from: '127.0.2.1' })).status)
    }
    expect(statuses).not.toContain(429)
  })
})

describe('the systemd unit of the manual', () => {
  it('is valid for systemd, every line of it', async () => {
    const unit = codeBelow('systemd', 'deployment.md', 'ini').replaceAll('/opt/latchkey', root)
    const folder = folderWith({ 'latchkey.service': unit })
    const told = await runProgram('/usr/bin/systemd-analyze', ['verify', './latchkey.service'], '', folder)
    expect(told).toBe('')
  })
})

it.each(['systemd', 'Docker', 'Backup', 'Metrics'])('the commands of "%s" are valid for the shell', async (title) => {
  const folder = folderWith({ 'commands.sh': codeBelow(title, 'deployment.md', 'sh') })
  await runProgram('/bin/sh', ['-n', 'commands.sh'], '', folder)
})
