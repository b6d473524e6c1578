import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addSuperuser } from '../support/administrators.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { METRICS_TOKEN, readMetrics } from '../support/metrics-text.ts'
import { addTotp, challengeFor, complete, logInWith, post } from '../support/second-factors.ts'
import { startTestApp, TEST_SECRET_KEY, type TestApp } from '../support/test-app.ts'
import { addAccount, listSessions, logIn, logOut, PASSWORD, refresh, rotated } from '../support/v1-client.ts'
import { startWebhookReceiver } from '../support/webhook-receiver.ts'

const MINUTE = 60_000
const SIXTEEN = Array.from({ length: 16 })

describe.each(databases)('what the metrics count on $name', (database) => {
  let app: TestApp
  let people = 0
  beforeAll(async () => {
    app = await startTestApp({ database, settings: { METRICS_TOKEN, MAIL_URL: 'smtp://127.0.0.1:1' } })
  })
  afterAll(() => app.close())

  /** By how much counters have grown, for those that have. */
  async function rises(names: readonly string[], act: () => Promise<unknown>): Promise<Record<string, number>> {
    const before = await readMetrics(app)
    await act()
    const after = await readMetrics(app)
    const all = names.flatMap((name) =>
      after.lines(name).map(({ labels, value }) => {
        const label = /="([^"]+)"/.exec(labels)?.[1] ?? name
        return [label, value - (before.value(name + labels) ?? 0)] as const
      }),
    )
    return Object.fromEntries(all.filter(([, rise]) => rise > 0))
  }
  async function aPerson(): Promise<string> {
    const username = `person${++people}`
    await addAccount(app, username)
    return username
  }

  it('logins, each with its outcome', async () => {
    const username = await aPerson()
    const barred = await aPerson()
    await app.administer('deactivate', barred)
    const attempt = (name: string, password: string) =>
      sendJson(app.url, 'POST', '/api/v1/login', { body: { username: name, password } })
    const grown = await rises(['latchkey_logins_total'], async () => {
      await logIn(app, username)
      await sendJson(app.url, 'POST', '/api/login/', { body: { username, password: PASSWORD } })
      await attempt(username, 'wrong')
      await attempt('nobody at all', PASSWORD)
      await attempt(barred, PASSWORD)
    })
    expect(grown).toEqual({ succeeded: 2, wrong_password: 1, unknown_account: 1, inactive_account: 1 })
  })

  it('factors and challenges, each by its kind, and each once', async () => {
    const username = await aPerson()
    const old = (await logIn(app, username)).access_token
    const phone = await addTotp(app, old)
    const counted = async (act: () => Promise<unknown>) => {
      const series = async () => {
        const read = await readMetrics(app)
        const names = ['latchkey_factor_proofs_total', 'latchkey_login_challenges_total']
        return names.flatMap((name) => read.lines(name)).map(({ labels, value }) => [labels, value] as const)
      }
      const before = new Map(await series())
      await act()
      const grown = (await series()).map(([labels, value]) => [labels, value - (before.get(labels) ?? 0)] as const)
      return Object.fromEntries(grown.filter(([, rise]) => rise > 0))
    }
    expect(
      await counted(async () => {
        await complete(app, await challengeFor(app, username), { factor: 'recovery_code', code: '0AAA-AAAA-AAAA' })
        await logInWith(app, username, phone)
        await post(app, '/me/step-up', { factor: 'totp', code: phone.code() }, old)
      }),
    ).toEqual({
      '{waits_for="second_factor"}': 2,
      '{factor="recovery_code",outcome="wrong"}': 1,
      '{factor="totp",outcome="right"}': 2,
    })
    const one = await challengeFor(app, username)
    app.clock.advance(MINUTE)
    const proof = { factor: 'totp', code: phone.code() }
    expect(await counted(() => Promise.all(SIXTEEN.map(() => complete(app, one, proof))))).toMatchObject({
      '{factor="totp",outcome="right"}': 1,
    })
  })

  it('refreshes: rotated, repeated, replayed and refused', async () => {
    const { refresh_token } = await logIn(app, await aPerson())
    const grown = await rises(['latchkey_refreshes_total'], async () => {
      const next = await rotated(app, refresh_token)
      await rotated(app, refresh_token)
      app.clock.advance(MINUTE)
      await refresh(app, refresh_token)
      await refresh(app, next.refresh_token)
      await refresh(app, 'no.token.atall')
    })
    expect(grown).toEqual({ rotated: 1, repeated: 1, replayed: 1, refused: 2 })
  })

  it('one rotation for sixteen refreshes at once', async () => {
    const { refresh_token } = await logIn(app, await aPerson())
    const grown = await rises(['latchkey_refreshes_total'], () =>
      Promise.all(SIXTEEN.map(() => rotated(app, refresh_token))),
    )
    expect(grown).toEqual({ rotated: 1, repeated: 15 })
  })

  it('the end of each session once, with its reason, whoever ends it and however often', async () => {
    const username = await aPerson()
    const [one, other, stolen, kept] = [
      await logIn(app, username),
      await logIn(app, username),
      await logIn(app, username),
      await logIn(app, username),
    ]
    const [, elsewhere] = (await listSessions(app, kept.access_token)).filter(({ is_current }) => !is_current)
    const grown = await rises(['latchkey_sessions_ended_total'], async () => {
      await Promise.all(SIXTEEN.map(() => logOut(app, one.refresh_token)))
      await Promise.all(
        SIXTEEN.map(() =>
          sendJson(app.url, 'DELETE', `/api/v1/me/sessions/${elsewhere?.id}`, { token: kept.access_token }),
        ),
      )
      await rotated(app, stolen.refresh_token).catch(() => {})
      app.clock.advance(MINUTE)
      await Promise.all(SIXTEEN.map(() => refresh(app, stolen.refresh_token)))
    })
    expect(other.access_token).not.toBe('')
    expect(grown).toEqual({ logout: 1, logged_out_elsewhere: 1, replayed: 1 })
  })

  it('mail that waits and mail that could not be sent', async () => {
    const grown = await rises(['latchkey_mail_deliveries_total', 'latchkey_mail_waiting'], async () => {
      const body = { username: `person${++people}`, email: 'somebody@example.net', password: PASSWORD }
      await sendJson(app.url, 'POST', '/api/v1/register', { body })
      await app.app.mailWorker.settle()
    })
    expect(grown).toEqual({ postponed: 1, latchkey_mail_waiting: 1 })
    app.clock.advance(10_000)
    expect((await readMetrics(app)).value('latchkey_mail_oldest_waiting_seconds')).toBeGreaterThanOrEqual(10)
  })
})

describe.each(databases)('the metrics of webhooks, on $name', (database) => {
  it('say what was delivered, what waits and for how long, but not what waits for a disabled one', async () => {
    const app = await startTestApp({ database, settings: { METRICS_TOKEN, DEBUG: 'true' } })
    const receiver = await startWebhookReceiver()
    const root = await addSuperuser(app, 'root')
    const made = await root.ask('POST', 'admin/webhooks', { url: receiver.url, events: ['login.succeeded'] })
    const told = async () => {
      await app.app.webhookWorker.settle()
      const { lines, value } = await readMetrics(app)
      const outcomes = lines('latchkey_webhook_deliveries_total').map((one) => one.value)
      return [...outcomes, value('latchkey_webhook_deliveries_waiting')]
    }
    await logIn(app, 'root')
    expect(await told()).toEqual([1, 0, 0, 0])
    receiver.answer(503)
    await logIn(app, 'root')
    expect(await told()).toEqual([1, 1, 0, 1])
    app.clock.advance(2_000)
    const { value } = await readMetrics(app)
    expect(value('latchkey_webhook_deliveries_oldest_waiting_seconds')).toBeGreaterThanOrEqual(2)
    await root.ask('PATCH', `admin/webhooks/${(made.json as { id: string }).id}`, { is_enabled: false })
    expect((await told()).at(-1)).toBe(0)
    await app.close()
    await receiver.close()
  })
})

describe.each(databases)('the metrics of a server in trouble, on $name', (database) => {
  it('count which limit refused requests', async () => {
    const limits = { RATE_LIMITS: 'on', LIMIT_REGISTRATION_PER_ADDRESS: '2/1h' }
    const app = await startTestApp({ database, settings: { METRICS_TOKEN, ...limits } })
    for (let turn = 0; turn < 5; turn++) await sendJson(app.url, 'POST', '/api/v1/register', { body: {} })
    const { lines } = await readMetrics(app)
    await app.close()
    expect(lines('latchkey_rate_limit_refusals_total').filter(({ value }) => value > 0)).toEqual([
      { labels: '{limit="registration-per-address"}', value: 3 },
    ])
  })

  it('count passwords that were not hashed, because too many were waiting', async () => {
    const hashing = { HASH_CONCURRENCY: '1', HASH_QUEUE_LIMIT: '1', HASH_MEMORY_KIB: '19456' }
    const app = await startTestApp({ database, settings: { METRICS_TOKEN, ...hashing } })
    const body = { username: 'nobody', password: PASSWORD }
    const answers = await Promise.all(SIXTEEN.map(() => sendJson(app.url, 'POST', '/api/v1/login', { body })))
    const { value } = await readMetrics(app)
    await app.close()
    const overloaded = answers.filter(({ status }) => status === 503).length
    expect(overloaded).toBeGreaterThan(0)
    expect(value('latchkey_password_hashing_refused_total')).toBe(overloaded)
    expect(value('latchkey_password_hashing_running')).toBe(0)
  })

  it('are available while the database fails, and say so', async () => {
    const app = await startTestApp({ database, settings: { METRICS_TOKEN } })
    await addAccount(app, 'ann')
    const before = await readMetrics(app)
    await app.app.database.inTransaction(async ({ schema }) => {
      for (const table of ['accounts', 'mail_outbox'])
        await schema.alterTable(table).renameTo(`${table}_gone`).execute()
    })
    await sendJson(app.url, 'POST', '/api/v1/login', { body: { username: 'ann', password: PASSWORD } })
    const { value, lines } = await readMetrics(app)
    await app.close()
    expect([before.value('latchkey_database_up'), before.value('latchkey_database_errors_total')]).toEqual([1, 0])
    expect(value('latchkey_database_up')).toBe(0)
    expect(value('latchkey_database_errors_total')).toBeGreaterThanOrEqual(2)
    expect(value('latchkey_http_requests_total{method="POST",route="/api/v1/login",status="5xx"}')).toBe(1)
    expect(lines('latchkey_mail_waiting')).toEqual([])
  })

  it('do not count taken names as errors of the database', async () => {
    const app = await startTestApp({ database, settings: { METRICS_TOKEN } })
    const body = { username: 'ann', password: PASSWORD }
    await Promise.all(SIXTEEN.map(() => sendJson(app.url, 'POST', '/api/v1/register', { body })))
    const { value } = await readMetrics(app)
    await app.close()
    expect(value('latchkey_database_errors_total')).toBe(0)
  })

  it('never show a user’s data or a secret', async () => {
    const secret = 'p1ain-and-long-enough-for-a-service'
    const app = await startTestApp({
      database,
      settings: {
        METRICS_TOKEN,
        SERVICE_CREDENTIALS: `orders:${secret}`,
        RATE_LIMITS: 'on',
        LIMIT_LOGIN_PER_ADDRESS: '3/1h',
      },
    })
    await addAccount(app, 'zebedee', { email: 'zebedee@private.example' })
    const tokens = await logIn(app, 'zebedee', { 'user-agent': 'Zebrowser/1' })
    const [session] = await listSessions(app, tokens.access_token)
    for (const path of [
      'zebedee',
      tokens.access_token,
      `me/sessions/${session?.id}`,
      `nowhere?token=${tokens.refresh_token}`,
    ]) {
      await sendJson(app.url, 'GET', `/api/v1/${path}`, { token: tokens.access_token })
    }
    for (let turn = 0; turn < 5; turn++) {
      await sendJson(app.url, 'POST', '/api/v1/login', { body: { username: 'zebedee', password: 'a-wrong-password' } })
    }
    await rotated(app, tokens.refresh_token)
    app.clock.advance(MINUTE)
    await refresh(app, tokens.refresh_token)
    const { text, value } = await readMetrics(app)
    await app.close()
    expect(value('latchkey_rate_limit_refusals_total{limit="login-per-address"}')).toBe(2)
    const told = [
      ...['zebedee', 'private.example', 'Zebrowser', '127.0.0.1', PASSWORD, 'a-wrong-password'],
      ...[secret, METRICS_TOKEN, TEST_SECRET_KEY, session?.id ?? '', tokens.access_token, tokens.refresh_token],
    ]
    expect(told.filter((one) => text.includes(one))).toEqual([])
  })
})
