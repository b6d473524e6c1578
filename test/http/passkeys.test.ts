import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { addTotp, challengeFor, complete, post } from '../support/second-factors.ts'
import { type Algorithm, type Misbehaviour, softwareAuthenticator } from '../support/software-authenticator.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, codeOf, listSessions, logIn, PASSWORD } from '../support/v1-client.ts'

const ORIGIN = 'https://auth.example.org'

type Options = {
  challenge: string
  rp: { id: string }
  rpId: string
  user: { id: string }
  allowCredentials?: unknown[]
}
type Begun = { challenge_token: string; options: Options }
type Authenticator = ReturnType<typeof softwareAuthenticator>

describe.each(databases)('passkeys on $name', (database) => {
  let app: TestApp
  let token: string

  beforeAll(async () => {
    app = await startTestApp({ database, settings: { PUBLIC_URL: ORIGIN } })
  })
  beforeEach(async () => {
    app = await app.reset()
    await addAccount(app, 'ann')
    token = (await logIn(app, 'ann')).access_token
  })
  afterAll(() => app.close())

  const optionsFor = async (of = token) =>
    ((await post(app, '/me/factors', { factor: 'passkey' }, of)).json as { options: Options }).options
  const confirm = (credential: unknown, of = token) =>
    post(app, '/me/factors/confirm', { factor: 'passkey', credential }, of)

  async function registered(algorithm: Algorithm = 'ES256', wrong: Misbehaviour = {}): Promise<Authenticator> {
    const key = softwareAuthenticator(ORIGIN, algorithm)
    const answer = await confirm(key.register(await optionsFor(), wrong))
    expect([answer.status, answer.text]).toEqual([201, expect.any(String)])
    return key
  }
  const begin = async () => (await post(app, '/login/passkey/begin', {})).json as Begun
  const logInBy = async (key: Authenticator, wrong: Misbehaviour = {}, begun?: Begun) => {
    const { challenge_token, options } = begun ?? (await begin())
    return post(app, '/login/passkey', { challenge_token, credential: key.authenticate(options, wrong) })
  }

  it.each([
    ['ES256', 'none'],
    ['ES256', 'packed'],
    ['EdDSA', 'none'],
    ['EdDSA', 'packed'],
    ['RS256', 'none'],
    ['RS256', 'packed'],
  ] as const)('work with %s and %s attestation, alone and as a second factor', async (algorithm, attestation) => {
    const key = await registered(algorithm, { attestation })
    const alone = await logInBy(key)
    expect(alone.status).toBe(200)
    const { access_token } = alone.json as { access_token: string }
    expect((await listSessions(app, access_token))[0]?.amr).toEqual(['hwk', 'user', 'mfa'])
    const challenge = await challengeFor(app, 'ann')
    expect(challenge.factors).toEqual(['passkey'])
    const { challenge_token } = challenge
    const begun = await post(app, '/login/second-factor/begin', { challenge_token, factor: 'passkey' })
    const { options } = begun.json as Begun
    expect(options.allowCredentials).toHaveLength(1)
    const second = await complete(app, challenge, { factor: 'passkey', credential: key.authenticate(options) })
    expect(second.status).toBe(200)
  })

  it('reveal nothing to a stranger: the options name no passkey and no account', async () => {
    await registered()
    const { options } = await begin()
    expect(Object.keys(options)).not.toContain('allowCredentials')
    expect(options).toMatchObject({ rpId: 'auth.example.org', userVerification: 'required' })
  })

  it.each<[string, Misbehaviour]>([
    ['another origin', { origin: 'https://evil.example.org' }],
    ['another RP ID', { rpId: 'evil.example.org' }],
    ['another challenge', { challenge: 'AAAAAAAAAAAAAAAAAAAAAA' }],
    ['another type', { type: 'webauthn.get' }],
    ['no user presence', { flags: 0 }],
    ['an empty credential id', { credentialId: Buffer.alloc(0) }],
  ])('are not registered with %s', async (_what, wrong) => {
    const answer = await confirm(softwareAuthenticator(ORIGIN).register(await optionsFor(), wrong))
    expect(answer.status).toBe(400)
    await logIn(app, 'ann')
  })

  it.each<[string, Misbehaviour]>([
    ['another origin', { origin: 'https://evil.example.org' }],
    ['another RP ID', { rpId: 'evil.example.org' }],
    ['another challenge', { challenge: 'AAAAAAAAAAAAAAAAAAAAAA' }],
    ['another type', { type: 'webauthn.create' }],
    ['no user presence', { flags: 0 }],
    ['no user verification', { flags: 1 }],
    ['another user handle', { userHandle: randomBytes(32).toString('base64url') }],
    ['an unknown credential', { credentialId: randomBytes(16) }],
  ])('let nobody in with %s', async (_what, wrong) => {
    const key = await registered()
    const answer = await logInBy(key, wrong)
    expect([answer.status, codeOf(answer)]).toEqual([401, 'second_factor_not_valid'])
    expect((await logInBy(key)).status).toBe(200)
  })

  it('are refused with truncated CBOR, junk and megabytes, without a 5xx', async () => {
    const key = softwareAuthenticator(ORIGIN)
    const good = key.register(await optionsFor())
    const { attestationObject } = good.response
    const statuses: number[] = []
    for (const length of [0, 1, 10, 60, attestationObject.length - 4]) {
      const response = { ...good.response, attestationObject: attestationObject.slice(0, length) }
      statuses.push((await confirm({ ...good, response })).status)
    }
    for (const junk of [null, 'x', [], {}, { id: 1 }, { ...good, response: null }, { ...good, id: '\u0000' }]) {
      statuses.push((await confirm(junk)).status)
    }
    for (const size of [50_000, 5_000_000]) {
      const response = { ...good.response, attestationObject: 'A'.repeat(size) }
      statuses.push((await confirm({ ...good, response })).status)
    }
    expect(statuses.filter((status) => status !== 400 && status !== 413)).toEqual([])
    expect((await confirm(good)).status).toBe(201)
  })

  it('belong to one account, and are registered once', async () => {
    const key = await registered()
    await addAccount(app, 'eve')
    const eve = (await logIn(app, 'eve')).access_token
    const stolen = await confirm(key.register(await optionsFor(eve)), eve)
    expect([stolen.status, codeOf(stolen)]).toEqual([409, 'passkey_exists'])
    await addTotp(app, eve)
    const challenge = await challengeFor(app, 'eve')
    const begun = await post(app, '/login/second-factor/begin', {
      challenge_token: challenge.challenge_token,
      factor: 'passkey',
    })
    expect(codeOf(begun)).toBe('factor_unavailable')
  })

  it('use a challenge once, even in a race', async () => {
    const key = await registered()
    const begun = await begin()
    const racers = await Promise.all(Array.from({ length: 16 }, () => logInBy(key, {}, begun)))
    expect(racers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(racers.filter(({ status }) => status >= 500)).toEqual([])
    app.clock.advance(5 * 60_000)
    expect(codeOf(await logInBy(key, {}, begun))).toBe('challenge_not_valid')
  })

  it('record a counter that goes back, and lock nobody out', async () => {
    const key = await registered()
    expect((await logInBy(key, { counter: 7 })).status).toBe(200)
    expect((await logInBy(key, { counter: 3 })).status).toBe(200)
    const boss = await addAccount(app, 'boss', { isStaff: true, isSuperuser: true })
    expect(boss.id).toBeGreaterThan(0)
    const { access_token } = await logIn(app, 'boss')
    const events = await sendJson(app.url, 'GET', '/api/v1/admin/events?event=passkey.counter_regressed', {
      token: access_token,
    })
    expect((events.json as { events: unknown[] }).events).toHaveLength(1)
  })

  it('work while codes are throttled', async () => {
    app = await app.restart({ RATE_LIMITS: 'on', LIMIT_LOGIN_PER_ADDRESS: 'off' })
    const key = await registered()
    token = (await logInBy(key).then(({ json }) => json as { access_token: string })).access_token
    await addTotp(app, token)
    for (let time = 0; time < 11; time++) {
      await complete(app, await challengeFor(app, 'ann'), { factor: 'totp', code: '000000' })
    }
    const challenge = await challengeFor(app, 'ann')
    expect((await complete(app, challenge, { factor: 'totp', code: '000000' })).status).toBe(429)
    const { challenge_token } = challenge
    const begun = await post(app, '/login/second-factor/begin', { challenge_token, factor: 'passkey' })
    const credential = key.authenticate((begun.json as Begun).options)
    expect((await complete(app, challenge, { factor: 'passkey', credential })).status).toBe(200)
  })

  it('work even if somebody has used up every limit on passwords and codes', async () => {
    app = await app.restart({
      RATE_LIMITS: 'on',
      LIMIT_LOGIN_PER_ADDRESS: '3/5m',
      LIMIT_LOGIN_PER_ACCOUNT: '3/1h',
      LIMIT_LOGIN_PER_ADDRESS_AND_ACCOUNT: '3/15m',
      LIMIT_SECOND_FACTOR_PER_ACCOUNT: '3/15m',
    })
    const key = await registered()
    const waiting = await challengeFor(app, 'ann')
    const guess = () => post(app, '/login', { username: 'ann', password: 'a guess' })
    for (let time = 0; time < 4; time++) await guess()
    expect((await guess()).status).toBe(429)
    const { challenge_token } = waiting
    const begun = await post(app, '/login/second-factor/begin', { challenge_token, factor: 'passkey' })
    const credential = key.authenticate((begun.json as Begun).options)
    expect((await complete(app, waiting, { factor: 'passkey', credential })).status).toBe(200)
    expect((await logInBy(key)).status).toBe(200)
    // Wrong proofs count, and do not block correct ones.
    const stranger = softwareAuthenticator(ORIGIN)
    expect((await logInBy(stranger)).status).toBe(429)
    expect((await logInBy(key)).status).toBe(200)
  })

  it('can be set up by a login that must have a second factor, once, and not with somebody else’s passkey', async () => {
    const taken = await registered()
    app = await app.restart({ SECOND_FACTOR_REQUIRED_FOR: 'all', SECOND_FACTOR_GRACE: '0s' })
    await addAccount(app, 'eve')
    const challenge = await challengeFor(app, 'eve')
    expect(challenge).toMatchObject({ factors: [], enrollable: ['passkey', 'totp'] })
    const { challenge_token } = challenge
    const step = (path: string, more: object) => post(app, path, { challenge_token, factor: 'passkey', ...more })
    const key = softwareAuthenticator(ORIGIN)
    const beginAnew = async () => ((await step('/login/enrolment/begin', {})).json as { options: Options }).options
    const unasked = key.register({ challenge: 'AAAA', rp: { id: 'auth.example.org' }, user: { id: 'AAAA' } })
    expect(codeOf(await step('/login/enrolment', { credential: unasked }))).toBe('challenge_not_valid')
    const ofAnother = await step('/login/enrolment', { credential: taken.register(await beginAnew()) })
    expect([ofAnother.status, codeOf(ofAnother)]).toEqual([409, 'passkey_exists'])
    const wrong = key.register(await beginAnew(), { origin: 'https://evil.example.org' })
    expect((await step('/login/enrolment', { credential: wrong })).status).toBe(400)
    const credential = key.register(await beginAnew())
    const racers = await Promise.all([1, 2].map(() => step('/login/enrolment', { credential })))
    expect(racers.map(({ status }) => status).sort()).toEqual([200, 401])
    const alone = await logInBy(key)
    expect(alone.status).toBe(200)
    const { access_token } = alone.json as { access_token: string }
    expect((await listSessions(app, access_token)).map(({ amr }) => amr)).toContainEqual(['pwd', 'hwk', 'user', 'mfa'])
  })

  it('do not work with an IP address, and say why', async () => {
    app = await app.restart({ PUBLIC_URL: 'https://192.0.2.1' })
    const answer = await post(app, '/login/passkey/begin', {})
    expect([answer.status, codeOf(answer)]).toEqual([409, 'passkeys_unavailable'])
    expect((answer.json as { title: string }).title).toContain('IP address')
    const enrolment = await post(app, '/me/factors', { factor: 'passkey' }, (await logIn(app, 'ann')).access_token)
    expect(codeOf(enrolment)).toBe('passkeys_unavailable')
  })

  it('log nobody in once the account is deactivated', async () => {
    const key = await registered()
    await app.administer('deactivate', 'ann')
    expect([(await logInBy(key)).status, PASSWORD.length > 0]).toEqual([401, true])
  })
})
