import Fastify from 'fastify'
import { afterAll, describe, expect, it } from 'vitest'
import { createSessionCookies } from './session-cookies.ts'

describe('a cookie', () => {
  const cookies = createSessionCookies({
    publicUrl: 'https://auth.example.org',
    cookieDomain: undefined,
    accessCookieName: 'latchkey-access',
    refreshCookieName: 'latchkey-refresh',
  })
  const server = Fastify()
  server.get('/:length', (request, reply) => {
    const { length } = request.params as { length: string }
    cookies.set(reply, { access: 'a'.repeat(Number(length)), accessExpiresInSeconds: 300 })
    reply.send('')
  })
  server.get('/read', (request) => ({ access: cookies.readAccess(request) ?? null }))
  afterAll(() => server.close())

  const largest = 4_096 - '__Host-latchkey-access'.length

  it('may be as large as browsers allow', async () => {
    const { headers } = await server.inject(`/${largest}`)
    expect(headers['set-cookie']).toMatch(/^__Host-latchkey-access=a{4074}; Max-Age=300; Path=\/; HttpOnly; Secure; /)
  })

  it('that is larger causes an error that says so, not a login that seems to work', async () => {
    const { statusCode, headers, json } = await server.inject(`/${largest + 1}`)
    expect([statusCode, headers['set-cookie']]).toEqual([500, undefined])
    expect(json()).toMatchObject({ message: expect.stringContaining('put fewer claims into access tokens') })
  })

  it.each([
    ['a=1; \t__Host-latchkey-access=own; b=2', 'own'],
    ['\u00a0__Host-latchkey-access=planted', null],
    ['\ufeff__Host-latchkey-access=planted', null],
    ['__host-latchkey-access=planted', null],
    ['__Host-latchkey-access =planted', null],
    ['=__Host-latchkey-access=planted', null],
  ])('is read from %j only under the exact name that browsers protect', async (cookie, access) => {
    expect((await server.inject({ url: '/read', headers: { cookie } })).json()).toEqual({ access })
  })
})
