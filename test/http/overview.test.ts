import { afterEach, describe, expect, it } from 'vitest'
import { addStaff, addSuperuser, type Person } from '../support/administrators.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { startWebhookReceiver } from '../support/webhook-receiver.ts'

describe.each(databases)('what an administrator sees first, on $name', (database) => {
  let app: TestApp
  let root: Person
  async function start(settings: Record<string, string> = {}): Promise<void> {
    app = await startTestApp({ database, settings: { PUBLIC_URL: 'https://auth.example.org', ...settings } })
    root = await addSuperuser(app, 'root')
  }
  afterEach(() => app.close())

  const attention = async (who = root) => {
    const { json } = await who.ask('GET', 'admin/attention')
    return (json as { items: { kind: string; subject: string | null; since: string | null; message: string }[] }).items
  }

  it('shows mail and webhooks that fail until they work again, to staff who may view them', async () => {
    await start({
      MAIL_URL: 'smtp://127.0.0.1:1',
      TRUSTED_PROXIES: '127.0.0.1',
      DEBUG: 'true',
      DEBUG_ON_PUBLIC_URL: 'true',
    })
    const isNews = ({ kind }: { kind: string }) => kind !== 'setting'
    expect((await attention()).filter(isNews)).toEqual([])
    const receiver = await startWebhookReceiver()
    receiver.answer(500)
    const body = { url: receiver.url, events: ['account.registered'] }
    const { json } = await root.ask('POST', 'admin/webhooks', body)
    const { id } = json as { id: string }
    const person = { username: 'kim', email: 'kim@example.net', password: 'correct horse 9' }
    await sendJson(app.url, 'POST', '/api/v1/register', { body: person })
    await app.app.mailWorker.settle()
    await app.app.webhookWorker.settle()
    const seen = (await attention()).filter(isNews)
    expect(seen).toMatchObject([
      {
        kind: 'mail_failing',
        subject: null,
        since: expect.any(String),
        message: expect.stringContaining('ECONNREFUSED'),
      },
      {
        kind: 'webhook_failing',
        subject: id,
        code: 'webhook_failing',
        params: { error: expect.stringContaining('500') },
        message: expect.stringContaining('answered with 500'),
      },
    ])
    const clerk = await addStaff(app, 'clerk', 'outbox.view')
    expect((await attention(clerk)).map(({ kind }) => kind)).toEqual(['mail_failing'])
    const nobody = await addStaff(app, 'trainee', 'accounts.view')
    expect(await attention(nobody)).toEqual([])

    receiver.answer(204)
    app.clock.advance(5_000)
    await app.app.webhookWorker.settle()
    expect((await attention()).filter(isNews).map(({ kind }) => kind)).toEqual(['mail_failing'])
    await receiver.close()
  })

  it('shows what doctor finds in the settings, to superusers', async () => {
    await start({ RATE_LIMITS: 'off', TRUSTED_PROXIES: 'none' })
    const subjects = (await attention()).map(({ subject }) => subject)
    expect(subjects).toEqual(expect.arrayContaining(['TRUSTED_PROXIES', 'RATE_LIMITS']))
  })

  it('lists the limits in force, and which clients they block for how long', async () => {
    await start({
      RATE_LIMITS: 'on',
      LIMIT_LOGIN_PER_ADDRESS_AND_ACCOUNT: '2/15m',
      LIMIT_MAIL_REQUEST_PER_ADDRESS: 'off',
    })
    const read = async () => {
      const { json } = await root.ask('GET', 'admin/limits')
      return json as { limits: { name: string; count: number | null }[]; held_back: Record<string, unknown>[] }
    }
    const before = await read()
    expect(before.held_back).toEqual([])
    expect(before.limits.find(({ name }) => name === 'login-per-address-and-account')).toMatchObject({
      ...{ setting: 'LIMIT_LOGIN_PER_ADDRESS_AND_ACCOUNT', count: 2, window_seconds: 900 },
    })
    expect(before.limits.find(({ name }) => name === 'mail-request-per-address')).toMatchObject({ count: null })
    for (let nth = 0; nth < 5; nth++) {
      await sendJson(app.url, 'POST', '/api/v1/login', { body: { username: 'root', password: 'wrong horse 9' } })
    }
    expect((await read()).held_back).toEqual([
      {
        ...{
          limit: 'login-per-address-and-account',
          address: '127.0.0.1',
          account_id: root.id,
          username: 'root',
          refusals: 3,
        },
        ...{ since: expect.any(String), until: expect.any(String) },
      },
    ])
    app.clock.advance(15 * 60_000)
    root = await addSuperuser(app, 'other')
    expect((await read()).held_back).toEqual([])
    const clerk = await addStaff(app, 'clerk', 'outbox.view')
    expect((await clerk.ask('GET', 'admin/limits')).status).toBe(403)
  })
})
