import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { webhookEvents } from '../../src/webhooks/webhook-events.ts'
import { addStaff, addSuperuser, type Person } from '../support/administrators.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { codeOf, rotated } from '../support/v1-client.ts'

const url = 'https://hooks.example.org/latchkey?key=a'
const events = ['session.ended', 'account.deleted']
const unknown = 'f'.repeat(32)

describe.each(databases)('the administration of webhooks on $name', (database) => {
  let app: TestApp
  let root: Person

  beforeAll(async () => {
    app = await startTestApp({ database })
    root = await addSuperuser(app, 'root')
  })
  afterAll(() => app.close())

  const make = async (body: object = { url, events }) => {
    const answer = await root.ask('POST', 'admin/webhooks', body)
    return { answer, ...(answer.json as { id: string; secret: string }) }
  }

  it('creates, shows, changes and deletes them', async () => {
    const { answer, id } = await make({ url, events, description: 'The shop' })
    const made = {
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      url,
      description: 'The shop',
      events: ['account.deleted', 'session.ended'],
      is_enabled: true,
      created_at: expect.any(String),
      former_secret_until: null,
      failing: null,
    }
    expect([answer.status, answer.json]).toEqual([201, { ...made, secret: expect.stringMatching(/^whsec_.{44}$/) }])
    expect((await root.ask('GET', `admin/webhooks/${id}`)).json).toEqual(made)
    expect((await root.ask('GET', 'admin/webhooks')).json).toEqual({ webhooks: [made] })

    const changes = { url: 'https://hooks.example.org/other', events: ['login.succeeded'], is_enabled: false }
    const changed = { ...made, ...changes }
    expect(await root.ask('PATCH', `admin/webhooks/${id}`, changes)).toMatchObject({ status: 200, json: changed })
    expect((await root.ask('PATCH', `admin/webhooks/${id}`, {})).json).toEqual(changed)
    expect((await root.ask('DELETE', `admin/webhooks/${id}`)).status).toBe(204)
    expect((await root.ask('GET', 'admin/webhooks')).json).toEqual({ webhooks: [] })
  })

  it('knows every event that can be delivered, and no others', async () => {
    const { answer, id } = await make({ url, events: [...webhookEvents] })
    expect(answer.json).toMatchObject({ events: [...webhookEvents] })
    await root.ask('DELETE', `admin/webhooks/${id}`)
    for (const wrong of [
      ['login.failed'],
      ['key.retired'],
      ['nothing'],
      [],
      ['session.ended', 'session.ended'],
      'all',
    ]) {
      expect((await make({ url, events: wrong })).answer).toMatchObject({
        status: 400,
        json: { code: 'invalid_fields', errors: [{ field: expect.stringMatching(/^events/) }] },
      })
    }
  })

  it.each([
    ['http://hooks.example.org', 'https_required'],
    ['https://10.0.0.1/', 'private_address'],
    ['https://localhost:8000/', 'private_address'],
    ['https://user:pw@hooks.example.org', 'invalid_url'],
    ['nonsense', 'invalid_url'],
  ])('takes no %s: %s', async (wrong, fault) => {
    const refused = { status: 400, json: { errors: [{ field: 'url', fault }] } }
    expect((await make({ url: wrong, events })).answer).toMatchObject(refused)
    const { id } = await make()
    expect(await root.ask('PATCH', `admin/webhooks/${id}`, { url: wrong })).toMatchObject(refused)
    await root.ask('DELETE', `admin/webhooks/${id}`)
  })

  it('answers 404 for webhooks that do not exist', async () => {
    for (const id of [unknown, 'x', '1', '__proto__', `${unknown}0`]) {
      for (const [method, path, body] of [
        ['GET', ''],
        ['PATCH', '', { is_enabled: false }],
        ['DELETE', ''],
        ['POST', '/rotate-secret'],
        ['GET', '/deliveries'],
        ['POST', '/deliveries/1/replay'],
      ] as const) {
        expect((await root.ask(method, `admin/webhooks/${id}${path}`, body)).status).toBe(404)
      }
    }
  })

  it('needs its permissions', async () => {
    const { id } = await make()
    const stranger = await addStaff(app, 'stranger', 'accounts.view')
    const viewer = await addStaff(app, 'viewer', 'webhooks.view')
    const keeper = await addStaff(app, 'keeper', 'webhooks.change')
    for (const path of ['', `/${id}`, `/${id}/deliveries`]) {
      expect((await viewer.ask('GET', `admin/webhooks${path}`)).status).toBe(200)
      for (const person of [stranger, keeper]) {
        expect(codeOf(await person.ask('GET', `admin/webhooks${path}`))).toBe('permission_denied')
      }
    }
    for (const [method, path, body] of [
      ['POST', '', { url, events }],
      ['PATCH', `/${id}`, { description: 'x' }],
      ['POST', `/${id}/rotate-secret`],
      ['DELETE', `/${id}`],
    ] as const) {
      for (const person of [stranger, viewer]) {
        expect(codeOf(await person.ask(method, `admin/webhooks${path}`, body))).toBe('permission_denied')
      }
      expect((await keeper.ask(method, `admin/webhooks${path}`, body)).status).toBeLessThan(300)
    }
  })

  it('needs a recent login, except to view and to deliver again', async () => {
    const { id } = await make()
    app.clock.advance(16 * 60_000)
    const { access_token: token } = await rotated(app, root.refreshToken)
    const ask = (method: string, path: string, body?: object) =>
      sendJson(app.url, method, `/api/v1/admin/webhooks${path}`, { token, ...(body && { body }) })
    for (const [method, path, body] of [
      ['POST', '', { url, events }],
      ['PATCH', `/${id}`, { description: 'x' }],
      ['POST', `/${id}/rotate-secret`],
      ['DELETE', `/${id}`],
    ] as const) {
      expect(codeOf(await ask(method, path, body))).toBe('recent_login_required')
    }
    expect((await ask('GET', `/${id}`)).status).toBe(200)
    expect(codeOf(await ask('POST', `/${id}/deliveries/1/replay`))).toBe('not_found')
    root = await addSuperuser(app, 'root2')
    await root.ask('DELETE', `admin/webhooks/${id}`)
  })

  it('is in the audit log, without URL and secret', async () => {
    const { id, secret } = await make()
    await root.ask('PATCH', `admin/webhooks/${id}`, { url, is_enabled: false })
    await root.ask('POST', `admin/webhooks/${id}/rotate-secret`)
    await root.ask('DELETE', `admin/webhooks/${id}`)
    const { json, text } = await root.ask('GET', 'admin/events?limit=4')
    const facts = (json as { events: { event: string; facts: object }[] }).events.map((one) => [one.event, one.facts])
    expect(facts).toEqual([
      ['webhook.deleted', { webhook_id: id }],
      ['webhook.changed', { webhook_id: id, fields: ['secret'] }],
      ['webhook.changed', { webhook_id: id, fields: ['url', 'is_enabled'] }],
      ['webhook.created', { webhook_id: id, events }],
    ])
    expect([text.includes('hooks.example.org'), text.includes(secret)]).toEqual([false, false])
  })
})
