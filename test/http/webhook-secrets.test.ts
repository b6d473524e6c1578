import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { addSuperuser, type Person } from '../support/administrators.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { isSignedWith, startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts'

type Made = { id: string; secret: string }

let names = 0

/** Creates a webhook that gets registrations. */
async function makeWebhook(root: Person, { url }: WebhookReceiver): Promise<Made> {
  return (await root.ask('POST', 'admin/webhooks', { url, events: ['account.registered'] })).json as Made
}

/** Registers somebody and delivers the event. */
async function tell({ url, app }: TestApp): Promise<void> {
  const body = { username: `kim${++names}`, password: 'correct horse 9' }
  await sendJson(url, 'POST', '/api/v1/register', { body })
  await app.webhookWorker.settle()
}

describe.each(databases)('the secrets of webhooks on $name', (database) => {
  let app: TestApp
  let root: Person
  let receiver: WebhookReceiver
  let hook: Made

  beforeAll(async () => {
    app = await startTestApp({ database, settings: { DEBUG: 'true' } })
    root = await addSuperuser(app, 'root')
    receiver = await startWebhookReceiver()
    hook = await makeWebhook(root, receiver)
  })
  afterAll(async () => {
    await app.close()
    await receiver.close()
  })

  it('are not in the database, the log or the list', async () => {
    await tell(app)
    const rows = await app.app.database.read.selectFrom('webhook_endpoints').selectAll().execute()
    const { text } = await root.ask('GET', 'admin/webhooks')
    const seen = JSON.stringify(rows) + text + app.log.join('')
    expect(seen).toContain(hook.id)
    expect(seen).not.toContain(hook.secret.replace('whsec_', ''))
  })

  it('both sign for a day after a new one was created', async () => {
    const { json } = await root.ask('POST', `admin/webhooks/${hook.id}/rotate-secret`)
    const { secret } = json as Made
    expect(secret).not.toBe(hook.secret)
    const signers = async () => {
      await tell(app)
      const request = receiver.received.at(-1)
      return request && [isSignedWith(secret, request), isSignedWith(hook.secret, request)]
    }
    expect(await signers()).toEqual([true, true])
    app.clock.advance(24 * 60 * 60_000)
    expect(await signers()).toEqual([true, false])
  })
})

it('a new SECRET_KEY re-encrypts the secrets of webhooks at the first start with it', async () => {
  const [database] = databases
  if (database === undefined) throw new Error('there is no database')
  const old = await startTestApp({ database, settings: { DEBUG: 'true' } })
  onTestFinished(() => last.close())
  const root = await addSuperuser(old, 'root')
  const receiver = await startWebhookReceiver()
  onTestFinished(() => receiver.close())
  const { secret } = await makeWebhook(root, receiver)
  const secretKey = 'another-secret-key-for-tests-9876543210'
  const fallback = old.config.keys.secretKey
  const changed = await old.restart({ SECRET_KEY: secretKey, SECRET_KEY_FALLBACKS: fallback })
  await expect.poll(() => changed.log.join('')).toContain('stored secrets are encrypted under the current SECRET_KEY')
  const last = await changed.restart({ SECRET_KEY: secretKey, SECRET_KEY_FALLBACKS: 'none' })
  await tell(last)
  expect(receiver.received.map((request) => isSignedWith(secret, request))).toEqual([true])
})
