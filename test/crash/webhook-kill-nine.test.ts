import { afterEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/storage/database.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { startWebhookReceiver } from '../support/webhook-receiver.ts'
import { crashSettings, PASSWORD } from './ledger.ts'

describe.each(databases)('webhooks of a server that is killed, on $name', (database) => {
  const closers: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close()
  })

  /** Pretends that enough time has passed for nobody to wait for dead processes any more. */
  async function buryTheDead(url: string): Promise<void> {
    const opened = openDatabase(url)
    await opened.inTransaction((tx) =>
      tx
        .updateTable('webhook_deliveries')
        .set({ next_attempt_at: 0 })
        .where('next_attempt_at', 'is not', null)
        .execute(),
    )
    await opened.close()
  }

  async function makeWebhook({ url }: ServerProcess, databaseUrl: string, target: string): Promise<void> {
    const credentials = { username: 'root', password: PASSWORD }
    await sendJson(url, 'POST', '/api/v1/register', { body: credentials })
    const opened = openDatabase(databaseUrl)
    await opened.inTransaction((tx) => tx.updateTable('accounts').set({ is_staff: 1, is_superuser: 1 }).execute())
    await opened.close()
    const { json } = await sendJson(url, 'POST', '/api/v1/login', { body: credentials })
    const { access_token: token } = json as { access_token: string }
    const body = { url: target, events: ['account.registered'] }
    const made = await sendJson(url, 'POST', '/api/v1/admin/webhooks', { token, body })
    if (made.status !== 201) throw new Error(made.text)
  }

  it('deliver everything that was committed, and only events that were being sent twice, with the same id', async () => {
    const place = await (database.createMigrated ?? database.create)()
    closers.push(place.drop)
    const receiver = await startWebhookReceiver()
    closers.push(receiver.close)
    const start = async () => {
      const server = await startServerProcess({ ...crashSettings(place.url), WEBHOOK_ALLOW_PRIVATE: 'true' })
      closers.push(server.kill)
      return server
    }
    const killed = await start()
    await makeWebhook(killed, place.url, receiver.url)
    // Accepts a few, and then stops answering: what arrives is being sent when the server dies.
    receiver.answer((_request, response) => {
      if (receiver.received.length <= 6) response.writeHead(204).end()
    })
    const names = Array.from({ length: 16 }, (_, index) => `user${index}`)
    for (const username of names) {
      const { status } = await sendJson(killed.url, 'POST', '/api/v1/register', {
        body: { username, password: PASSWORD },
      })
      expect(status).toBe(201)
    }
    await expect.poll(() => receiver.received.length).toBeGreaterThan(6)
    await killed.kill()
    await buryTheDead(place.url)
    receiver.answer(204)

    const next = await start()
    const ids = () => new Set(receiver.received.map(({ headers }) => headers['webhook-id']))
    await expect.poll(() => ids().size).toBe(names.length)
    expect(await next.stop()).toBe(0)
    const accounts = new Set(receiver.received.map(({ message }) => message.data.account_id))
    expect(accounts.size).toBe(names.length)
    // At most sixteen are sent at a time, and as many more may have been delivered and not recorded.
    expect(receiver.received.length - names.length).toBeLessThanOrEqual(32)
  })
})
