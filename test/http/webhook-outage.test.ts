import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { recordEvent } from '../../src/audit/audit-store.ts'
import { listDeliveries } from '../../src/webhooks/delivery-store.ts'
import { addSuperuser, type Person } from '../support/administrators.ts'
import { databases } from '../support/databases.ts'
import { METRICS_TOKEN, readMetrics } from '../support/metrics-text.ts'
import { statementsOf } from '../support/recorded-statements.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const origin = { actor: 'server', address: '', userAgent: '' } as const

describe.each(databases)('a webhook whose receiver is down, on $name', (database) => {
  let app: TestApp
  let root: Person
  let receiver: WebhookReceiver
  let id: string

  async function start(settings: Record<string, string> = {}): Promise<void> {
    app = await startTestApp({ database, settings: { DEBUG: 'true', METRICS_TOKEN, ...settings } })
    root = await addSuperuser(app, 'root')
    const { json } = await root.ask('POST', 'admin/webhooks', { url: receiver.url, events: ['account.activated'] })
    id = (json as { id: string }).id
  }
  beforeEach(async () => {
    receiver = await startWebhookReceiver()
  })
  afterEach(async () => {
    await app.close()
    await receiver.close()
  })

  const happen = (count: number, accountId = 1) =>
    app.app.database.inTransaction(async (tx) => {
      for (let nth = 0; nth < count; nth++) {
        await recordEvent(tx, app.clock.now(), 'account.activated', { accountId, origin })
      }
    })
  const settle = (process: TestApp = app) => process.app.webhookWorker.settle()
  const lines = (about: string) =>
    app.log
      .join('')
      .split('\n')
      .filter((line) => line.includes(about)).length
  const listed = (state: 'pending' | 'delivered' | 'given_up') =>
    listDeliveries(app.app.database.read, id, { state, limit: 200 })

  it.each([
    ['refuses', () => receiver.answer(503)],
    ['breaks connections', () => receiver.answer((request) => request.socket.destroy())],
  ])('is tried with one event at a time if it %s, and gets all of them once it answers', async (_how, fail) => {
    await start()
    fail()
    await happen(150)
    await settle()
    const first = receiver.received.length
    expect(first).toBeLessThanOrEqual(16)
    // Every process that looks finds it resting.
    for (let nth = 0; nth < 5; nth++) await settle()
    expect(receiver.received).toHaveLength(first)
    const other = await app.another()
    for (let nth = 1; nth <= 4; nth++) {
      app.clock.advance(5 * MINUTE)
      await Promise.all([settle(), settle(other)])
      expect(receiver.received).toHaveLength(first + nth)
    }
    await other.close()
    expect(lines('A webhook does not accept events')).toBe(1)
    // Nothing else caused a warning, however often it was tried.
    expect(lines('"level":40')).toBe(1)

    receiver.answer(200)
    app.clock.advance(HOUR)
    await settle()
    expect(await listed('pending')).toEqual([])
    expect(lines('A webhook accepts events again')).toBe(1)
    const told = receiver.received.slice(first + 4)
    expect(new Set(told.map(({ headers }) => headers['webhook-id'])).size).toBe(150)
    expect(told).toHaveLength(150)
  })

  it('gets the next events as soon as its rest is over, although one event is refused again and again', async () => {
    await start()
    let poison: unknown
    receiver.answer((_request, response) => {
      const { event_id: event } = receiver.received.at(-1)?.message.data ?? {}
      poison ??= event
      response.writeHead(event === poison ? 500 : 204).end()
    })
    await happen(1)
    await settle()
    await happen(20)
    app.clock.advance(5 * SECOND)
    await settle()
    await settle()
    expect((await listed('delivered')).length).toBe(20)
    expect(await listed('pending')).toMatchObject([{ eventId: poison }])
  })

  it('keeps no more than WEBHOOK_QUEUE_LIMIT waiting: the oldest are given up, counted and logged once', async () => {
    await start({ WEBHOOK_QUEUE_LIMIT: '20' })
    receiver.answer(503)
    await happen(50)
    await settle()
    await app.app.webhookWorker.bound()
    expect(await listed('given_up')).toEqual([])
    app.clock.advance(2 * MINUTE)
    await app.app.webhookWorker.bound()
    await app.app.webhookWorker.bound()
    const [waiting, given] = [await listed('pending'), await listed('given_up')]
    expect([waiting.length, given.length]).toEqual([20, 30])
    expect(Math.min(...waiting.map((one) => one.eventId))).toBeGreaterThan(Math.max(...given.map((one) => one.eventId)))
    expect(given[0]).toMatchObject({ lastError: expect.stringContaining('too much waited') })
    expect(lines('Events for a webhook were given up')).toBe(1)
    const { value } = await readMetrics(app)
    expect(value('latchkey_webhook_deliveries_total{outcome="given_up"}')).toBe(30)
  })

  it('keeps nothing waiting for longer than WEBHOOK_QUEUE_AGE', async () => {
    await start({ WEBHOOK_QUEUE_AGE: '2h' })
    receiver.answer(503)
    await happen(3)
    await settle()
    app.clock.advance(HOUR)
    await happen(2)
    app.clock.advance(HOUR + 1)
    await app.app.webhookWorker.bound()
    expect([(await listed('pending')).length, (await listed('given_up')).length]).toEqual([2, 3])
  })

  it('gets what waits and what was given up now, if an administrator says so, and shows what is wrong until then', async () => {
    await start({ WEBHOOK_QUEUE_LIMIT: '20' })
    receiver.answer(503)
    await happen(30)
    await settle()
    app.clock.advance(2 * MINUTE)
    await app.app.webhookWorker.bound()
    const failing = { since: expect.any(String), retry_at: expect.any(String), last_error: 'answered with 503' }
    expect((await root.ask('GET', `admin/webhooks/${id}`)).json).toMatchObject({ failing })
    expect((await root.ask('GET', 'admin/webhooks')).json).toMatchObject({ webhooks: [{ failing }] })

    receiver.answer(204)
    const asked = receiver.received.length
    const again = await root.ask('POST', `admin/webhooks/${id}/retry`, { include_given_up: true })
    expect([again.status, again.json]).toEqual([202, { retried: expect.any(Number), more: false }])
    await settle()
    expect(receiver.received.length - asked).toBe(30)
    expect((await listed('delivered')).length).toBe(30)
    expect((await root.ask('GET', `admin/webhooks/${id}`)).json).toMatchObject({ failing: null })
    for (const [path, body, status] of [
      [`admin/webhooks/${'0'.repeat(32)}/retry`, {}, 404],
      ['admin/webhooks/x/retry', {}, 404],
      [`admin/webhooks/${id}/retry`, { include_given_up: 'yes' }, 400],
    ] as const) {
      expect((await root.ask('POST', path, body)).status).toBe(status)
    }
  })

  it('is tried at once when it is enabled again', async () => {
    await start()
    receiver.answer(410)
    await happen(40)
    await settle()
    const asked = receiver.received.length
    expect(asked).toBeLessThanOrEqual(16)
    receiver.answer(200)
    await root.ask('PATCH', `admin/webhooks/${id}`, { is_enabled: true })
    await settle()
    expect(receiver.received).toHaveLength(40)
  })
})

describe.each(databases)('an event on $name', (database) => {
  it('costs one statement as long as no webhook wants it, whichever process created one', async () => {
    const app = await startTestApp({ database, settings: { DEBUG: 'true' } })
    const root = await addSuperuser(app, 'root')
    const other = await app.another()
    const record = () =>
      statementsOf(app.app.database, () =>
        app.app.database.inTransaction((tx) =>
          recordEvent(tx, app.clock.now(), 'session.ended', {
            accountId: 1,
            sessionId: 's',
            reason: 'logout',
            origin,
          }),
        ),
      )
    const queued = async () =>
      (await app.app.database.read.selectFrom('webhook_deliveries').selectAll().execute()).length
    // What the worker asks in the background at the same moment does not count.
    const about = (statements: { sql: string }[]) =>
      statements.filter(({ sql }) => /audit_events|insert into "?webhook_/.test(sql))
    expect(about(await record())).toHaveLength(1)
    await root.ask('POST', 'admin/webhooks', { url: 'http://127.0.0.1:9/', events: ['account.deleted'] })
    expect([about(await record()).length, await queued()]).toEqual([1, 0])
    await fetch(`${other.url}/api/v1/admin/webhooks`, {
      method: 'POST',
      headers: { authorization: `Bearer ${root.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ url: 'http://127.0.0.1:9/', events: ['session.ended'] }),
    })
    expect([about(await record()).length, await queued()]).toEqual([2, 1])
    await app.close()
  })
})
