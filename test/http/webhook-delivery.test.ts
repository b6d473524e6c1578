import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { claimDeliveries } from '../../src/webhooks/delivery-queue-store.ts'
import { pruneDeliveries } from '../../src/webhooks/delivery-store.ts'
import { addPerson, addSuperuser, type Person } from '../support/administrators.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { isSignedWith, startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts'

type Made = { id: string; secret: string }
type Told = { id: string; event_id: number; state: string; attempts: number; next_attempt_at: string | null }

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

describe.each(databases)('webhooks on $name', (database) => {
  let app: TestApp
  let root: Person
  let receiver: WebhookReceiver
  let hook: Made
  let names = 0

  beforeAll(async () => {
    // The tests move the clock by minutes, and the machine may take some time in addition.
    app = await startTestApp({ database, settings: { DEBUG: 'true', ACCESS_TOKEN_LIFETIME: '12h' } })
    root = await addSuperuser(app, 'root')
  })
  afterAll(() => app.close())
  beforeEach(async () => {
    receiver = await startWebhookReceiver()
    onTestFinished(() => receiver.close())
    hook = await make(['account.registered'])
    onTestFinished(async () => void (await root.ask('DELETE', `admin/webhooks/${hook.id}`)))
  })

  async function make(events: string[], url = receiver.url): Promise<Made> {
    const answer = await root.ask('POST', 'admin/webhooks', { url, events })
    if (answer.status !== 201) throw new Error(answer.text)
    return answer.json as Made
  }

  async function register(): Promise<string> {
    const username = `kim${++names}`
    const body = { username, password: 'correct horse 9' }
    if ((await sendJson(app.url, 'POST', '/api/v1/register', { body })).status !== 201)
      throw new Error('not registered')
    return username
  }

  const settle = (process: TestApp = app) => process.app.webhookWorker.settle()
  const listed = async (query = '') => {
    const { json } = await root.ask('GET', `admin/webhooks/${hook.id}/deliveries${query}`)
    return (json as { deliveries: Told[] }).deliveries
  }
  const types = () => receiver.received.map(({ message }) => message.type)

  it('get the events they asked for, signed, and nothing else', async () => {
    const events = ['account.registered', 'session.ended', 'login.succeeded']
    await root.ask('PATCH', `admin/webhooks/${hook.id}`, { events })
    const username = await register()
    const body = { username, password: 'correct horse 9' }
    const { json } = await sendJson(app.url, 'POST', '/api/v1/login', { body })
    const tokens = json as { access_token: string; refresh_token: string }
    await sendJson(app.url, 'PATCH', '/api/v1/me', { token: tokens.access_token, body: { first_name: 'Kim' } })
    await sendJson(app.url, 'POST', '/api/v1/login', { body: { ...body, password: 'wrong horse 9' } })
    await sendJson(app.url, 'POST', '/api/v1/logout', { body: { refresh_token: tokens.refresh_token } })
    await settle()

    expect(types().toSorted()).toEqual(events.toSorted())
    const me = expect.any(Number)
    const ended = receiver.received.find(({ message }) => message.type === 'session.ended')
    expect(ended?.message).toEqual({
      type: 'session.ended',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      data: {
        event_id: expect.any(Number),
        account_id: me,
        account_uid: expect.stringMatching(/^\d+$/),
        session_id: expect.stringMatching(/^[0-9a-f]{32}$/),
        actor: { type: 'anonymous' },
        facts: { reason: 'logout' },
      },
    })
    for (const request of receiver.received) {
      expect(isSignedWith(hook.secret, request)).toBe(true)
      expect(isSignedWith('whsec_AAAA', request)).toBe(false)
      const { headers } = request
      expect(Number(headers['webhook-timestamp'])).toBeCloseTo(app.clock.now() / 1_000, -2)
      expect(headers).toMatchObject({
        'content-type': 'application/json',
        'webhook-id': expect.stringMatching(/^evt_\d+_\w+$/),
      })
      expect(request.body).not.toMatch(/127\.0\.0\.1|password|ey[A-Z]/)
    }
    expect((await listed()).map(({ state }) => state)).toEqual(['delivered', 'delivered', 'delivered'])
  })

  it('get what the command line does, and nothing that was not committed', async () => {
    const username = await register()
    const events = await make(['account.deactivated'])
    await app.administer('deactivate', username)
    const body = { username: 'root', password: 'correct horse 9' }
    expect((await sendJson(app.url, 'POST', '/api/v1/register', { body })).status).toBe(400)
    await settle()
    expect(types().toSorted()).toEqual(['account.deactivated', 'account.registered'])
    const told = receiver.received.find(({ message }) => message.type === 'account.deactivated')
    expect(told?.message.data).toMatchObject({ actor: { type: 'command_line' } })
    expect(told && isSignedWith(events.secret, told)).toBe(true)
    await root.ask('DELETE', `admin/webhooks/${events.id}`)
  })

  it('get each event once, however many processes work', async () => {
    const others = [await app.another(), await app.another()]
    for (let count = 0; count < 10; count++) await register()
    await Promise.all([app, ...others].flatMap((process) => [settle(process), settle(process)]))
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(10)
    expect(receiver.received).toHaveLength(10)
    for (const other of others) await other.close()
  })

  it.each([500, 404, 301, 400])(
    'that answer %i get the event again, later each time, with the same id',
    async (status) => {
      receiver.answer(status)
      await register()
      await settle()
      await settle()
      expect(await listed()).toMatchObject([{ state: 'pending', attempts: 1, last_status: status }])
      app.clock.advance(6_000)
      await settle()
      expect(await listed()).toMatchObject([{ state: 'pending', attempts: 2, last_error: `answered with ${status}` }])
      app.clock.advance(6_000)
      await settle()
      expect(receiver.received).toHaveLength(2)
      receiver.answer(200)
      app.clock.advance(MINUTE)
      await settle()
      expect(await listed()).toMatchObject([{ state: 'delivered', attempts: 3, last_status: 200, last_error: null }])
      expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
      expect(new Set(receiver.received.map(({ headers }) => headers['webhook-signature'])).size).toBeGreaterThan(1)
    },
  )

  it('are given up in the end, and get the event once more on request', async () => {
    receiver.answer(503)
    await register()
    for (let count = 0; count < 12; count++) {
      await settle()
      app.clock.advance(DAY)
    }
    root = await addSuperuser(app, `root${++names}`)
    expect(receiver.received).toHaveLength(10)
    const [given] = await listed('?state=given_up')
    expect(given).toMatchObject({ state: 'given_up', attempts: 10, next_attempt_at: null })
    expect([await listed('?state=pending'), await listed('?state=delivered')]).toEqual([[], []])

    receiver.answer(200)
    const replay = await root.ask('POST', `admin/webhooks/${hook.id}/deliveries/${given?.event_id}/replay`)
    expect([replay.status, replay.json]).toEqual([202, { status: 'accepted' }])
    await settle()
    expect(await listed()).toMatchObject([{ id: given?.id, state: 'delivered', attempts: 1 }])
    expect(receiver.received.at(-1)?.headers['webhook-id']).toBe(given?.id)
  })

  it('can get again what they got before', async () => {
    await register()
    await settle()
    const [told] = await listed()
    for (const event of [`${told?.event_id}`, '999999', '0', 'x']) {
      const { status } = await root.ask('POST', `admin/webhooks/${hook.id}/deliveries/${event}/replay`)
      expect(status).toBe(event === `${told?.event_id}` ? 202 : 404)
    }
    await settle()
    expect(types()).toEqual(['account.registered', 'account.registered'])
  })

  it('get from the next process what a dying one had claimed', async () => {
    await register()
    const now = app.clock.now()
    const claimed = await app.app.database.inTransaction((tx) =>
      claimDeliveries(tx, hook.id, { now, leaseUntil: now + MINUTE, limit: 9 }),
    )
    expect(claimed).toHaveLength(1)
    await settle()
    expect(receiver.received).toEqual([])
    app.clock.advance(MINUTE)
    const next = await app.another()
    await settle(next)
    await next.close()
    // If the first process was faster, it is working on the event now.
    await settle()
    expect(types()).toEqual(['account.registered'])
    expect(await listed()).toMatchObject([{ state: 'delivered', attempts: 2 }])
  })

  it('that never answer hold up no others, and a server that stops hands over its unfinished work', async () => {
    const silent = await startWebhookReceiver()
    onTestFinished(() => silent.close())
    const isAsked = new Promise<void>((resolve) => silent.answer(() => resolve()))
    const stuck = await make(['account.registered'], silent.url)
    const leaving = await app.another()
    await register()
    const working = settle(leaving)
    await isAsked
    await expect.poll(types).toEqual(['account.registered'])
    const closing = leaving.close()
    await silent.close()
    await Promise.all([working, closing])
    const { json } = await root.ask('GET', `admin/webhooks/${stuck.id}/deliveries`)
    expect(json).toMatchObject({ deliveries: [{ state: 'pending', attempts: 1, last_status: null }] })
    await root.ask('DELETE', `admin/webhooks/${stuck.id}`)
  })

  it('that are gone for good say so with 410, and get nothing more', async () => {
    receiver.answer(410)
    await register()
    await settle()
    expect(await listed()).toMatchObject([{ state: 'given_up', attempts: 1, last_status: 410 }])
    expect((await root.ask('GET', `admin/webhooks/${hook.id}`)).json).toMatchObject({ is_enabled: false })
    const events = await root.ask('GET', 'admin/events?event=webhook.changed&limit=1')
    expect(events.json).toMatchObject({
      events: [{ actor: { type: 'server' }, facts: { webhook_id: hook.id, fields: ['is_enabled'] } }],
    })
    await register()
    expect(await listed()).toHaveLength(1)
  })

  it('that are disabled get nothing, until they are enabled again', async () => {
    receiver.answer(500)
    await register()
    await settle()
    await root.ask('PATCH', `admin/webhooks/${hook.id}`, { is_enabled: false })
    await register()
    receiver.answer(200)
    app.clock.advance(MINUTE)
    await settle()
    expect(receiver.received).toHaveLength(1)
    await root.ask('PATCH', `admin/webhooks/${hook.id}`, { is_enabled: true })
    await settle()
    expect(types()).toEqual(['account.registered', 'account.registered'])
    expect(await listed()).toHaveLength(1)
  })

  it('lose their old deliveries after a time, but not the waiting ones', async () => {
    await register()
    await settle()
    receiver.answer(500)
    await register()
    await settle()
    const { database: rows } = app.app
    await rows.inTransaction((tx) => pruneDeliveries(tx, app.clock.now() + 1, 100))
    expect((await listed()).map(({ state }) => state)).toEqual(['pending'])
  })

  it('are listed in pages', async () => {
    for (let count = 0; count < 5; count++) await register()
    const read = async (query: string) => {
      const { json } = await root.ask('GET', `admin/webhooks/${hook.id}/deliveries?${query}`)
      const { deliveries, next } = json as { deliveries: Told[]; next: number | null }
      return { ids: deliveries.map(({ event_id }) => event_id), next }
    }
    const all = await read('')
    expect([all.ids.length, all.next]).toEqual([5, null])
    const first = await read('limit=3')
    const second = await read(`limit=3&before=${first.next}`)
    expect([...first.ids, ...second.ids]).toEqual(all.ids)
    expect([first.next, second.next]).toEqual([first.ids.at(-1), null])
  })

  it('do not learn about users whose requests change nothing', async () => {
    const events = ['login.succeeded', 'session.ended', 'account.changed']
    await root.ask('PATCH', `admin/webhooks/${hook.id}`, { events })
    const person = await addPerson(app, `lou${++names}`)
    await person.ask('GET', 'me')
    await sendJson(app.url, 'POST', '/api/v1/refresh', { body: { refresh_token: person.refreshToken } })
    await settle()
    expect(types()).toEqual(['login.succeeded'])
  })
})
