import { afterEach, describe, expect, it } from 'vitest'
import type { Hooks } from '../../src/hooks/hooks.ts'
import type { UrlMap } from '../../src/hooks/urls.ts'
import { withoutNames } from '../../src/http/openapi/names.ts'
import { databases } from '../support/databases.ts'
import { type JsonAnswer, sendJson } from '../support/http-client.ts'
import { addTotp, authenticatorApp, type Challenge, challengeFor, post } from '../support/second-factors.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, logIn, PASSWORD } from '../support/v1-client.ts'

const hasTokens = ({ text }: JsonAnswer) => /"(access|access_token|auth_token|key|refresh)"\s*:/.test(text)

/** One view at two paths, with different requests and responses. */
const keyUrls = {
  'one/': { view: 'login', request: { password: 'secret' }, response: { auth_token: 'key' } },
  'two/': { view: 'login', user: ['pk', 'name'], members: { ok: true }, status: 201 },
} satisfies UrlMap
const tokenUrls = {
  'token-one/': { view: 'token_obtain_pair', request: { username: 'email' }, response: { access: 'tokens.access' } },
  'token-two/': { view: 'token_obtain_pair', user: true },
} satisfies UrlMap

describe.each(databases)('one view at two paths on $name', (database) => {
  let app: TestApp
  afterEach(() => app.close())

  async function start(settings: Record<string, string>, urls: UrlMap, hooks?: Hooks): Promise<void> {
    app = await startTestApp({ database, settings, urls, ...(hooks && { hooks }) })
    await addAccount(app, 'ann')
  }
  const ask = (path: string, body: object) => sendJson(app.url, 'POST', path, { body })
  const eventsNamed = async (name: string) =>
    (await app.app.database.read.selectFrom('audit_events').select('event').execute()).filter(
      ({ event }) => event === name,
    )

  it('has one gate: a challenge from one is completed at the other, by one of sixteen', async () => {
    const seen: string[] = []
    const hooks: Hooks = {
      addToAnswer: ({ view, path }) => {
        seen.push(`${view} ${path}`)
        return { members: { role: 'editor', key: 'stolen', auth_token: 'stolen' } }
      },
    }
    await start({ DJOSER: 'true', LOG_LEVEL: 'trace' }, { ...keyUrls, ...tokenUrls }, hooks)
    const phone = await addTotp(app, (await logIn(app, 'ann')).access_token)
    const begun = [
      await ask('/one/', { username: 'ann', secret: PASSWORD }),
      await ask('/two/', { username: 'ann', password: PASSWORD }),
      await ask('/token-one/', { email: 'ann', password: PASSWORD }),
      await ask('/token-two/', { username: 'ann', password: PASSWORD }),
    ]
    for (const answer of begun) {
      expect([answer.status, hasTokens(answer)]).toEqual([401, false])
      expect(Object.keys(answer.json as object).toSorted()).toEqual(
        ['challenge_token', 'code', 'detail', 'expires_in', 'factors'].toSorted(),
      )
    }
    // A refusal has nothing of what successful responses have.
    expect(seen).toEqual([])
    const { challenge_token } = (begun[2]?.json ?? {}) as Challenge
    const proof = { challenge_token, factor: 'totp', code: phone.code() }
    const racers = await Promise.all(Array.from({ length: 16 }, (_, at) => ask(at % 2 ? '/one/' : '/two/', proof)))
    const won = racers.filter(({ status }) => status < 300)
    expect(won).toHaveLength(1)
    expect(racers.every(({ status }) => [200, 201, 401].includes(status))).toBe(true)
    expect(won[0]?.text).not.toContain('"auth_token":"stolen"')
    expect(won[0]?.json).toMatchObject({ role: 'editor' })
    expect(seen).toHaveLength(1)
    expect(
      [await eventsNamed('login.challenged'), await eventsNamed('login.succeeded')].map(({ length }) => length),
    ).toEqual([4, 2])
    const log = app.log.join('\n')
    for (const secret of [PASSWORD, challenge_token, proof.code]) expect(log).not.toContain(secret)
    for (const path of ['/one/', '/two/', '/token-one/']) expect(log).toContain(path)
  })

  it('calls the same hooks, which refuse it at both', async () => {
    const asked: string[] = []
    const hooks: Hooks = {
      beforeLogin: ({ account }) => {
        asked.push(account.username)
        return { refuse: { code: 'not_today', message: 'not today' } }
      },
    }
    await start({ DJOSER: 'true' }, { ...keyUrls, ...tokenUrls }, hooks)
    const answers = [
      await ask('/one/', { username: 'ann', secret: PASSWORD }),
      await ask('/two/', { username: 'ann', password: PASSWORD }),
      await ask('/token-one/', { email: 'ann', password: PASSWORD }),
      await ask('/token-two/', { username: 'ann', password: PASSWORD }),
    ]
    expect(answers.map(({ status, json }) => [status, json])).toEqual(Array(4).fill([403, { detail: 'not today' }]))
    expect(asked).toHaveLength(4)
  })

  it('is described and allowed across origins at each, with the names of that path', async () => {
    await start({ ALLOWED_ORIGINS: 'https://app.example.com' }, { ...keyUrls, ...tokenUrls })
    const { json } = await sendJson(app.url, 'GET', '/openapi.json', {})
    const { paths } = withoutNames(json as object) as { paths: Record<string, { post?: object }> }
    const described = (path: string) => JSON.stringify(paths[path]?.post)
    expect(described('/one/')).toMatch(/"secret".*"key"/)
    expect(described('/two/')).not.toMatch(/"secret"|"key":\{/)
    expect(described('/two/')).toContain('"201"')
    expect(described('/token-one/')).toMatch(/"email".*"tokens"/)
    for (const path of ['/one/', '/two/', '/token-one/']) {
      const preflight = await fetch(`${app.url}${path}`, {
        method: 'OPTIONS',
        headers: {
          origin: 'https://app.example.com',
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type,authorization',
        },
      })
      expect([path, preflight.status]).toEqual([path, 204])
    }
  })

  it('returns no tokens at a registration that logs in, if the account must set up a factor first', async () => {
    await start(
      { SECOND_FACTOR_REQUIRED_FOR: 'all', SECOND_FACTOR_GRACE: '0s' },
      {
        'signup/': { view: 'register', login: true, user: true },
      },
    )
    const body = { username: 'bob', email: 'bob@example.net', password: PASSWORD }
    const made = await sendJson(app.url, 'POST', '/signup/', { body })
    expect([made.status, hasTokens(made)]).toEqual([201, false])
    const { challenge_token } = await challengeFor(app, 'bob')
    const begun = await post(app, '/login/enrolment/begin', { challenge_token, factor: 'totp' })
    const phone = authenticatorApp(app, (begun.json as { secret: string }).secret)
    expect((await post(app, '/login/enrolment', { challenge_token, code: phone.code() })).status).toBe(200)
  })

  it('has one limit for wrong codes', async () => {
    const settings = { DJOSER: 'true', RATE_LIMITS: 'on', LIMIT_LOGIN_PER_ADDRESS: 'off' }
    await start(settings, { ...keyUrls, ...tokenUrls })
    await addTotp(app, (await logIn(app, 'ann')).access_token)
    const statuses: number[] = []
    for (let turn = 0; turn < 12; turn++) {
      const path = ['/one/', '/two/', '/auth/token/login/'][turn % 3] ?? ''
      const begun = await ask('/token-one/', { email: 'ann', password: PASSWORD })
      const { challenge_token } = begun.json as Challenge
      statuses.push((await ask(path, { challenge_token, factor: 'totp', code: '000000' })).status)
    }
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429])
  })
})
