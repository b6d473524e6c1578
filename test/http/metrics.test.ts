import { afterEach, describe, expect, it } from 'vitest'
import { metricCatalogue } from '../../src/metrics/catalogue.ts'
import { addSuperuser } from '../support/administrators.ts'
import { sendJson } from '../support/http-client.ts'
import { METRICS_TOKEN, readMetrics } from '../support/metrics-text.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, logIn } from '../support/v1-client.ts'
import { anyDatabase } from './signed-in-app.ts'

describe('/metrics', () => {
  let app: TestApp
  const start = async (settings: Record<string, string> = {}) => {
    app = await startTestApp({ database: anyDatabase, settings })
  }
  const ask = (headers: Record<string, string> = {}, method = 'GET') =>
    sendJson(app.url, method, '/metrics', { headers })
  afterEach(() => app.close())

  it('does not exist unless an operator has created a token for it', async () => {
    await start({ SERVICE_CREDENTIALS: `orders:${METRICS_TOKEN}` })
    const nowhere = await sendJson(app.url, 'GET', '/nowhere')
    for (const headers of [{}, { authorization: `Bearer ${METRICS_TOKEN}` }, { 'x-forwarded-for': '127.0.0.1' }]) {
      const answer = await ask(headers as Record<string, string>)
      expect([answer.status, answer.text]).toEqual([404, nowhere.text])
    }
    expect((await sendJson(app.url, 'GET', '/openapi.json')).text).not.toContain('/metrics')
  })

  it.each([
    ['nothing', undefined],
    ['another token', `Bearer ${METRICS_TOKEN}x`],
    ['a shorter one', `Bearer ${METRICS_TOKEN.slice(0, -1)}`],
    ['no token', 'Bearer '],
    ['two tokens', `Bearer ${METRICS_TOKEN} ${METRICS_TOKEN}`],
    ['another scheme', `Basic ${METRICS_TOKEN}`],
    ['a service credential', `Basic ${Buffer.from(`orders:${METRICS_TOKEN}`).toString('base64')}`],
  ])('refuses clients that present %s', async (_, authorization) => {
    await start({ METRICS_TOKEN, SERVICE_CREDENTIALS: `orders:${METRICS_TOKEN}` })
    const answer = await ask(authorization === undefined ? {} : { authorization })
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, ['Bearer realm="metrics"']])
    expect(answer.headers['content-type']).toEqual(['application/problem+json; charset=utf-8'])
    expect(answer.json).toMatchObject({ code: 'service_not_authenticated' })
    expect(answer.text).not.toContain('latchkey_')
  })

  it('does not accept an access token instead of its own, not even that of a superuser', async () => {
    await start({ METRICS_TOKEN })
    const root = await addSuperuser(app, 'root')
    expect((await ask({ authorization: `Bearer ${root.token}` })).status).toBe(401)
  })

  it('answers clients with the token, in the text format of Prometheus', async () => {
    await start({ METRICS_TOKEN })
    const authorization = `Bearer ${METRICS_TOKEN}`
    const answer = await ask({ authorization })
    expect(answer.status).toBe(200)
    expect(answer.headers['content-type']).toEqual(['text/plain; version=0.0.4; charset=utf-8'])
    expect(answer.headers['cache-control']).toEqual(['no-store'])
    expect([(await ask({ authorization }, 'HEAD')).text, (await ask({ authorization }, 'POST')).status]).toEqual([
      '',
      404,
    ])
  })

  it('is open to developers', async () => {
    await start({ DEBUG: 'true' })
    expect((await ask()).text).toContain('latchkey_database_up 1')
  })

  it('requires the token even with DEBUG, if there is one', async () => {
    await start({ DEBUG: 'true', METRICS_TOKEN })
    expect((await ask()).status).toBe(401)
  })

  it('has every metric of the list with its type and labels, and no other of Latchkey’s', async () => {
    await start({ METRICS_TOKEN })
    await addAccount(app, 'ann')
    await logIn(app, 'ann')
    const { text, lines } = await readMetrics(app)
    const types = [...text.matchAll(/^# TYPE (latchkey_\w+) (\w+)$/gm)].map(([, name, type]) => [name, type])
    expect(types).toEqual(Object.entries(metricCatalogue).map(([name, { type }]) => [name, type]))
    for (const [name, { type, labels: declared }] of Object.entries(metricCatalogue)) {
      expect(name.endsWith('_total')).toBe(type === 'counter')
      const all = type === 'histogram' ? lines(`${name}_sum`) : lines(name)
      expect([name, all.length > 0]).toEqual([name, true])
      for (const { labels } of all) {
        expect([...labels.matchAll(/(\w+)="/g)].map(([, label]) => label)).toEqual([...declared])
      }
    }
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m)
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m)
  })

  it('counts requests by the pattern of their route, however they are spelled', async () => {
    await start({ METRICS_TOKEN })
    const root = await addSuperuser(app, 'root')
    for (const path of [`admin/users/${root.id}`, `admin/users/${root.id}/`, 'admin/users/4711'])
      await root.ask('GET', path)
    await sendJson(app.url, 'GET', '/api/posts/4711/', { token: root.token })
    for (const path of ['/nowhere', '/api/v1/nowhere', '/wp-login.php?a=b', '/api/v1/login']) {
      await sendJson(app.url, 'GET', path)
    }
    const { lines, value } = await readMetrics(app)
    expect(lines('latchkey_http_requests_total')).toEqual([
      { labels: '{method="POST",route="/api/v1/login",status="2xx"}', value: 1 },
      { labels: '{method="GET",route="/api/v1/admin/users/:id",status="2xx"}', value: 2 },
      { labels: '{method="GET",route="/api/v1/admin/users/:id",status="4xx"}', value: 1 },
      { labels: '{method="GET",route="/api/posts/:id",status="4xx"}', value: 1 },
      { labels: '{method="GET",route="unmatched",status="4xx"}', value: 4 },
    ])
    const duration = 'latchkey_http_request_duration_seconds'
    const of = 'method="GET",route="/api/v1/admin/users/:id"'
    const buckets = lines(`${duration}_bucket`).filter(({ labels }) => labels.includes(of))
    expect(buckets.map(({ labels }) => /le="([^"]+)"/.exec(labels)?.[1])).toEqual([
      '0.005',
      '0.025',
      '0.1',
      '0.25',
      '0.5',
      '1',
      '2.5',
      '10',
      '+Inf',
    ])
    expect(buckets.map((one) => one.value)).toEqual(buckets.map((one) => one.value).toSorted((a, b) => a - b))
    expect([buckets.at(-1)?.value, value(`${duration}_count{${of}}`)]).toEqual([3, 3])
    expect(value(`${duration}_sum{${of}}`)).toBeGreaterThan(0)
  })

  it('counts invented requests together: methods, and paths without end', async () => {
    await start({ METRICS_TOKEN })
    for (const method of ['PROPFIND', 'MKCOL', 'PURGE']) {
      await app.app.server.inject({ method: method as 'GET', url: `/${method}-of-a-stranger` })
    }
    const { text, value } = await readMetrics(app)
    expect(value('latchkey_http_requests_total{method="other",route="unmatched",status="4xx"}')).toBe(3)
    expect(text).not.toContain('stranger')
  })
})
