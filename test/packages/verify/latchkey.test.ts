import { decodeProtectedHeader } from 'jose'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { createVerifier, type Verifier, type VerifierOptions } from '../../../packages/verify/src/verifier.ts'
import { addPerson, addSuperuser } from '../../support/administrators.ts'
import { cookieHeader } from '../../support/cookies.ts'
import { databases } from '../../support/databases.ts'
import { sendJson } from '../../support/http-client.ts'
import { startTestApp, TEST_SECRET_KEY, type TestApp } from '../../support/test-app.ts'
import { addAccount, claimsOf, logIn, logOut, PASSWORD } from '../../support/v1-client.ts'

const CREDENTIAL = 'shop:plain-and-long-enough-for-a-service'
const INVALID = '401 token_not_valid'
const REVOKED = '401 token_revoked'
const MINUTE = 60_000

let app: TestApp
const warnings: string[] = []

beforeEach(() => {
  warnings.length = 0
})

async function start(settings: Record<string, string> = {}): Promise<TestApp> {
  const [database] = databases
  if (database === undefined) throw new Error('there is no database')
  app = await startTestApp({ database, settings: { SERVICE_CREDENTIALS: CREDENTIAL, ...settings } })
  onTestFinished(() => app.close())
  await addAccount(app, 'ann')
  return app
}

function verifierOf(options: Partial<VerifierOptions> = {}): Verifier {
  const verifier = createVerifier({
    issuer: app.config.tokens.issuer ?? null,
    server: app.url,
    now: app.clock.now,
    onWarning: (message) => warnings.push(message),
    ...options,
  })
  onTestFinished(() => verifier.close())
  return verifier
}

async function outcomeOf(verification: Promise<unknown>): Promise<string> {
  try {
    await verification
    return 'verified'
  } catch (error) {
    const { name, status, code } = Object(error)
    if (name !== 'VerifyError') throw error
    return `${status} ${code}`
  }
}

describe('tokens of a real Latchkey', () => {
  it.each(['ES256', 'EdDSA', 'RS256'])('are verified with the JWK Set alone, signed with %s', async (ALGORITHM) => {
    await start({ ALGORITHM, AUDIENCE: 'shop' })
    const { id } = await addAccount(app, 'ben')
    const { access_token, refresh_token } = await logIn(app, 'ben')
    const verifier = verifierOf({ audience: 'shop' })
    const token = await verifier.verify(access_token)
    expect(token).toMatchObject({ accountId: String(id), sessionId: claimsOf(access_token).sid })
    expect(token.claims).toEqual(claimsOf(access_token))
    expect(token.expiresAt - token.issuedAt).toBe(5 * MINUTE)
    expect(await outcomeOf(verifier.verify(refresh_token))).toMatch(/^401 /)
    expect(await outcomeOf(verifierOf({ audience: 'other' }).verify(access_token))).toBe(INVALID)
    expect(await outcomeOf(verifierOf().verify(access_token))).toBe(INVALID)
    expect(
      await outcomeOf(verifierOf({ issuer: 'https://other.example', audience: 'shop' }).verify(access_token)),
    ).toBe(INVALID)
  })

  it('are verified with the secret, if HS256 signs', async () => {
    await start({ ALGORITHM: 'HS256' })
    const { access_token, refresh_token } = await logIn(app, 'ann')
    const verifier = verifierOf({ secret: TEST_SECRET_KEY })
    expect(await outcomeOf(verifier.verify(access_token))).toBe('verified')
    expect(await outcomeOf(verifier.verify(refresh_token))).toMatch(/^401 /)
    expect(await outcomeOf(verifierOf({ secret: `${TEST_SECRET_KEY}.` }).verify(access_token))).toBe(INVALID)
    expect(await outcomeOf(verifierOf().verify(access_token))).toBe('503 unavailable')
  })

  it('are verified under COMPATIBILITY=simplejwt, without iss, sub and audience', async () => {
    await start({ COMPATIBILITY: 'simplejwt', ALGORITHM: 'ES256', ISSUER: 'none' })
    const { id } = await addAccount(app, 'ben')
    const body = { username: 'ben', password: PASSWORD }
    const { json } = await sendJson(app.url, 'POST', '/api/token/', { body })
    const { access } = json as { access: string }
    expect(await verifierOf({ issuer: null }).verify(access)).toMatchObject({ accountId: String(id) })
  })

  it('expire by the clock, with the leeway', async () => {
    await start()
    const verifier = verifierOf()
    const { access_token } = await logIn(app, 'ann')
    await verifier.verify(access_token)
    app.clock.advance(5 * MINUTE + 3_000)
    expect(await outcomeOf(verifier.verify(access_token))).toBe('verified')
    app.clock.advance(3_000)
    expect(await outcomeOf(verifier.verify(access_token))).toBe(INVALID)
  })

  it('carry the rights that are required', async () => {
    await start({ PERMISSIONS_CLAIM: 'permissions', GROUPS_CLAIM: 'groups' })
    const root = await addSuperuser(app, 'root')
    const group = (await root.ask('POST', 'admin/groups', { name: 'warehouse', permissions: ['orders.view'] })).json
    const ben = await addPerson(app, 'ben', { permissions: ['orders.change'] })
    await root.ask('PUT', `admin/groups/${(group as { id: number }).id}/members/${ben.id}`)
    const { access_token } = await logIn(app, 'ben')
    const verifier = verifierOf()
    expect(await verifier.verify(access_token)).toMatchObject({
      permissions: ['orders.change', 'orders.view'],
      groups: ['warehouse'],
    })
    const requires = { permission: ['orders.view', 'orders.change'], group: 'warehouse' }
    expect(await outcomeOf(verifier.verify(access_token, { requires }))).toBe('verified')
    for (const missing of [{ permission: 'orders.delete' }, { group: 'managers' }]) {
      const outcome = await outcomeOf(verifier.verify(access_token, { requires: missing }))
      expect(outcome).toBe('403 permission_denied')
    }
  })

  it('are verified through rotations of the key, and while the server is down', async () => {
    await start()
    const root = await addSuperuser(app, 'root')
    const verifier = verifierOf()
    const kids = new Set<unknown>()
    for (let turn = 0; turn < 3; turn++) {
      const { access_token } = await logIn(app, 'ann')
      kids.add(decodeProtectedHeader(access_token).kid)
      expect(await outcomeOf(verifier.verify(access_token))).toBe('verified')
      const fresh = (await logIn(app, 'root')).access_token
      expect((await sendJson(app.url, 'POST', '/api/v1/admin/keys/rotate?now=true', { token: fresh })).status).toBe(200)
      app.clock.advance(30 * MINUTE)
    }
    expect(kids.size).toBeGreaterThan(1)
    expect(root.id).toBeGreaterThan(0)
    const { access_token } = await logIn(app, 'ann')
    await verifier.verify(access_token)
    await app.app.server.close()
    expect(await outcomeOf(verifier.verify(access_token))).toBe('verified')
  })
})

describe('the cookie of a browser', () => {
  it('is verified on another host of the domain, with the check for forged requests', async () => {
    const page = 'https://app.example.org'
    await start({ PUBLIC_URL: 'https://auth.example.org', ALLOWED_ORIGINS: page, COOKIE_DOMAIN: 'example.org' })
    const body = { username: 'ann', password: PASSWORD, mode: 'cookie' }
    const cookie = cookieHeader(await sendJson(app.url, 'POST', '/api/v1/login', { body, headers: { origin: page } }))
    const verifier = verifierOf({
      server: app.url,
      cookies: { allowedOrigins: [page], name: '__Secure-latchkey-access' },
    })
    const ask = (method: string, headers: Record<string, string>) =>
      outcomeOf(
        verifier.verify(new Request('https://api.example.org/orders', { method, headers: { cookie, ...headers } })),
      )
    expect(await ask('GET', {})).toBe('verified')
    expect(await ask('POST', { origin: page, 'content-type': 'application/json' })).toBe('verified')
    expect(await ask('POST', { origin: 'https://evil.example', 'content-type': 'application/json' })).toBe(
      '403 csrf_check_failed',
    )
    expect(await outcomeOf(verifierOf().verify(new Request('https://api.example.org/', { headers: { cookie } })))).toBe(
      '401 not_authenticated',
    )
  })
})

describe('the session feed', () => {
  const sessionEvents = { credential: CREDENTIAL }

  it('reports a logout within moments, without a call for each request', async () => {
    await start()
    const verifier = verifierOf({ sessionEvents })
    const [gone, stays] = [await logIn(app, 'ann'), await logIn(app, 'ann')]
    expect(await outcomeOf(verifier.verify(gone.access_token))).toBe('verified')
    await logOut(app, gone.refresh_token)
    await expect.poll(() => outcomeOf(verifier.verify(gone.access_token))).toBe(REVOKED)
    expect(await outcomeOf(verifier.verify(stays.access_token))).toBe('verified')
    await expect(verifier.verify(gone.access_token)).rejects.toMatchObject({ endReason: 'logout' })
    expect(warnings).toEqual([])
  })

  it('is read to its end before the first token is checked', async () => {
    await start({ MAXIMUM_SESSIONS_PER_ACCOUNT: 'none' })
    const gone = await Promise.all(Array.from({ length: 130 }, () => logIn(app, 'ann')))
    for (const { refresh_token } of gone) await logOut(app, refresh_token)
    const verifier = verifierOf({ sessionEvents })
    const outcomes = await Promise.all(gone.map(({ access_token }) => outcomeOf(verifier.verify(access_token))))
    expect(new Set(outcomes)).toEqual(new Set([REVOKED]))
  })

  it('reports deactivated and deleted accounts; after a reactivation, a new token is needed', async () => {
    await start()
    await addAccount(app, 'ben')
    const [ann, ben] = [(await logIn(app, 'ann')).access_token, (await logIn(app, 'ben')).access_token]
    await app.administer('deactivate', 'ann')
    await app.administer('delete', 'ben')
    await app.administer('activate', 'ann')
    const verifier = verifierOf({ sessionEvents })
    for (const token of [ann, ben]) expect(await outcomeOf(verifier.verify(token))).toBe(REVOKED)
    app.clock.advance(1_000)
    expect(await outcomeOf(verifier.verify((await logIn(app, 'ann')).access_token))).toBe('verified')
  })

  it('continues at its position after the server was down', async () => {
    const { url: formerUrl } = await start()
    // The new server has another port.
    const follow: typeof fetch = (url, init) => fetch(String(url).replace(formerUrl, app.url), init)
    const verifier = verifierOf({ sessionEvents, fetch: follow })
    const { access_token, refresh_token } = await logIn(app, 'ann')
    await verifier.verify(access_token)
    await app.app.server.close()
    await expect.poll(() => warnings.length).toBe(1)
    expect(await outcomeOf(verifier.verify(access_token))).toBe('verified')
    app = await app.restart()
    onTestFinished(() => app.close())
    await logOut(app, refresh_token)
    await expect.poll(() => outcomeOf(verifier.verify(access_token))).toBe(REVOKED)
    expect(warnings).toHaveLength(2)
  })

  it('lets nobody in with a wrong credential, and says so at the start', async () => {
    await start()
    const { access_token } = await logIn(app, 'ann')
    const verifier = verifierOf({ sessionEvents: { credential: 'shop:a-secret-that-is-not-the-right-one' } })
    await expect(verifier.ready()).rejects.toThrow(/SERVICE_CREDENTIALS/)
    expect(await outcomeOf(verifier.verify(access_token))).toBe('503 unavailable')
  })

  it('refuses everybody while it is silent, if so configured', async () => {
    await start()
    const { access_token } = await logIn(app, 'ann')
    const verifier = verifierOf({ sessionEvents: { ...sessionEvents, whenUnreachable: 'refuse' } })
    expect(await outcomeOf(verifier.verify(access_token))).toBe('verified')
    await app.app.server.close()
    app.clock.advance(61_000)
    expect(await outcomeOf(verifier.verify(access_token))).toBe('503 unavailable')
  })

  it('refuses tokens that live longer than ended sessions are remembered', async () => {
    await start({ ACCESS_TOKEN_LIFETIME: '2h' })
    const { access_token } = await logIn(app, 'ann')
    expect(await outcomeOf(verifierOf({ sessionEvents }).verify(access_token))).toBe(INVALID)
    const patient = verifierOf({ sessionEvents: { ...sessionEvents, accessTokenLifetimeSeconds: 7_200 } })
    expect(await outcomeOf(patient.verify(access_token))).toBe('verified')
  })

  it('is signed with the secret if HS256 signs', async () => {
    await start({ ALGORITHM: 'HS256' })
    const { access_token, refresh_token } = await logIn(app, 'ann')
    await logOut(app, refresh_token)
    const verifier = verifierOf({ secret: TEST_SECRET_KEY, sessionEvents })
    expect(await outcomeOf(verifier.verify(access_token))).toBe(REVOKED)
  })
})

describe('introspection', () => {
  const introspection = { credential: CREDENTIAL }

  it.each(['ES256', 'HS256'])('asks Latchkey, so that an end takes effect at once (%s)', async (ALGORITHM) => {
    await start({ ALGORITHM, AUDIENCE: 'shop' })
    const verifier = verifierOf({ introspection, audience: 'shop' })
    await verifier.ready()
    const { access_token, refresh_token } = await logIn(app, 'ann')
    const token = await verifier.verify(access_token)
    expect(token.claims).toMatchObject({ ...claimsOf(access_token), username: 'ann' })
    expect(await outcomeOf(verifier.verify(refresh_token))).toBe('401 token_of_wrong_type')
    expect(await outcomeOf(verifierOf({ introspection, audience: 'other' }).verify(access_token))).toBe(INVALID)
    await logOut(app, refresh_token)
    expect(await outcomeOf(verifier.verify(access_token))).toBe(INVALID)
    expect(await outcomeOf(verifier.verify(`${access_token.slice(0, -4)}AAAA`))).toBe(INVALID)
  })

  it('lets nobody in while Latchkey is down, or with a wrong credential', async () => {
    await start()
    const { access_token } = await logIn(app, 'ann')
    const stranger = verifierOf({ introspection: { credential: 'shop:a-secret-that-is-not-the-right-one' } })
    await expect(stranger.ready()).rejects.toMatchObject({ detail: expect.stringContaining('SERVICE_CREDENTIALS') })
    expect(await outcomeOf(stranger.verify(access_token))).toBe('503 unavailable')
    await app.app.server.close()
    expect(await outcomeOf(verifierOf({ introspection }).verify(access_token))).toBe('503 unavailable')
  })
})
