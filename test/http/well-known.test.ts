import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, logIn } from '../support/v1-client.ts'

const [anyDatabase] = databases
const SERVICE = `orders:${'s'.repeat(20)}3cret-of-a-service`

describe('the well-known documents', () => {
  let app: TestApp

  async function start(settings: Record<string, string> = {}): Promise<void> {
    if (anyDatabase === undefined) throw new Error('there is no database')
    app = await startTestApp({ database: anyDatabase, settings })
  }
  afterEach(() => app.close())

  const get = (path: string, headers: Record<string, string> = {}) =>
    sendJson(app.url, 'GET', `/.well-known/${path}`, { headers })

  it.each(['ES256', 'EdDSA', 'RS256'])('let jose verify %s access tokens with the JWK Set alone', async (ALGORITHM) => {
    await start({ ALGORITHM, AUDIENCE: 'shop' })
    const { id } = await addAccount(app, 'ann')
    const { access_token, refresh_token } = await logIn(app, 'ann')
    const keys = createRemoteJWKSet(new URL(`${app.url}/.well-known/jwks.json`))
    const expected = { issuer: app.config.http.publicUrl, audience: 'shop', typ: 'at+jwt', algorithms: [ALGORITHM] }
    const { payload } = await jwtVerify(access_token, keys, expected)
    expect(payload).toMatchObject({ sub: String(id), user_id: id, token_type: 'access' })
    await expect(jwtVerify(refresh_token, keys)).rejects.toThrow()
  })

  it('publish only public members, and everything by which a verifier chooses a key', async () => {
    await start()
    const answer = await get('jwks.json')
    expect(answer.status).toBe(200)
    expect(answer.headers['content-type']).toEqual(['application/jwk-set+json; charset=utf-8'])
    const { keys } = answer.json as { keys: Record<string, unknown>[] }
    expect(keys).toHaveLength(2)
    for (const key of keys) {
      expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
      expect(key).toMatchObject({ alg: 'ES256', crv: 'P-256', kty: 'EC', use: 'sig' })
    }
  })

  it('may be cached for a while, and are not sent again to clients that have them', async () => {
    await start()
    const answer = await get('jwks.json')
    expect(answer.headers['cache-control']).toEqual(['public, max-age=600'])
    const [etag = ''] = answer.headers.etag ?? []
    expect(etag).toMatch(/^"[\w-]{27}"$/)
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`]) {
      const again = await get('jwks.json', { 'if-none-match': tag })
      expect([again.status, again.text]).toEqual([304, ''])
    }
    expect((await get('jwks.json', { 'if-none-match': '"other"' })).status).toBe(200)
  })

  it('may be cached for half the life of a key at most', async () => {
    await start({ SIGNING_KEY_LIFETIME: '4m' })
    expect((await get('jwks.json')).headers['cache-control']).toEqual(['public, max-age=120'])
  })

  it('contain no keys if SECRET_KEY signs', async () => {
    await start({ ALGORITHM: 'HS256' })
    expect((await get('jwks.json')).json).toEqual({ keys: [] })
  })

  it('describe the server as far as that is true (RFC 8414)', async () => {
    await start({ PUBLIC_URL: 'https://auth.example.org', SERVICE_CREDENTIALS: SERVICE })
    const basic = ['client_secret_basic', 'client_secret_post']
    const answer = await app.app.server.inject({
      url: '/.well-known/oauth-authorization-server',
      headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example' },
    })
    expect(answer.json()).toEqual({
      issuer: 'https://auth.example.org',
      jwks_uri: 'https://auth.example.org/.well-known/jwks.json',
      response_types_supported: [],
      grant_types_supported: [],
      introspection_endpoint: 'https://auth.example.org/api/v1/introspect',
      introspection_endpoint_auth_methods_supported: basic,
      revocation_endpoint: 'https://auth.example.org/api/v1/revoke',
      revocation_endpoint_auth_methods_supported: basic,
    })
  })

  it('name no endpoint that nobody may use', async () => {
    await start()
    expect((await get('oauth-authorization-server')).json).not.toHaveProperty('introspection_endpoint')
  })

  it.each(['none', 'latchkey', 'https://elsewhere.example.org'])(
    'do not speak for another issuer: %s',
    async (ISSUER) => {
      await start({ ISSUER })
      expect((await get('oauth-authorization-server')).status).toBe(404)
      expect((await get('openid-configuration')).status).toBe(404)
    },
  )
})
