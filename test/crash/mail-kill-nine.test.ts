import { afterEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/storage/database.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { startSmtpServer, type TestSmtpOptions, type TestSmtpServer } from '../support/smtp-server.ts'
import { crashSettings, PASSWORD } from './ledger.ts'

describe.each(databases)('mail of servers that are killed, on $name', (database) => {
  const closers: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close()
  })

  /** A database, an SMTP server, and a way to start Latchkey between them. */
  async function setUp(options: TestSmtpOptions = {}) {
    const place = await (database.createMigrated ?? database.create)()
    closers.push(place.drop)
    const smtp = await startSmtpServer(options)
    closers.push(smtp.close)
    const start = async (): Promise<ServerProcess> => {
      const MAIL_URL = `smtp://127.0.0.1:${smtp.port}`
      const server = await startServerProcess({ ...crashSettings(place.url), MAIL_URL })
      closers.push(server.kill)
      return server
    }
    return { place, smtp, start }
  }

  async function register({ url }: ServerProcess, username: string): Promise<number> {
    const body = { username, email: `${username}@example.net`, password: PASSWORD }
    return (await sendJson(url, 'POST', '/api/v1/register', { body })).status
  }

  /** Pretends that enough time has passed for nobody to wait for dead processes any more. */
  async function buryTheDead(url: string): Promise<void> {
    const read = openDatabase(url)
    await read.inTransaction((tx) =>
      tx.updateTable('mail_outbox').set({ next_attempt_at: 0 }).where('next_attempt_at', 'is not', null).execute(),
    )
    await read.close()
  }

  const recipients = ({ mails }: TestSmtpServer) => mails.map(({ to }) => to[0]).toSorted()

  it('is sent once, by the next one, if it was killed between its response and the delivery', async () => {
    const { place, smtp, start } = await setUp()
    const killed = await start()
    expect(await register(killed, 'alice')).toBe(201)
    await killed.kill()
    await buryTheDead(place.url)

    const next = await start()
    await expect.poll(() => recipients(smtp)).toEqual(['alice@example.net'])
    expect(await next.stop()).toBe(0)
    const last = await start()
    expect(await register(last, 'bob')).toBe(201)
    await expect.poll(() => recipients(smtp)).toEqual(['alice@example.net', 'bob@example.net'])
  })

  it('is sent once, by the next one, if it was killed before the mail server had accepted it', async () => {
    const reached = Promise.withResolvers<void>()
    let isHanging = true
    const { place, smtp, start } = await setUp({
      beforeAccepting() {
        if (!isHanging) return
        reached.resolve()
        return new Promise<never>(() => {})
      },
    })
    const killed = await start()
    await register(killed, 'alice')
    await reached.promise
    await killed.kill()
    isHanging = false
    await buryTheDead(place.url)

    const next = await start()
    await expect.poll(() => recipients(smtp)).toEqual(['alice@example.net'])
    expect(await next.stop()).toBe(0)
  })

  it('is never lost, and arrives twice only if it was being sent, with the same id', async () => {
    const taken = Promise.withResolvers<void>()
    let accepted = 0
    const { place, smtp, start } = await setUp({
      beforeAccepting() {
        if (++accepted === 10) taken.resolve()
      },
    })
    const names = Array.from({ length: 24 }, (_, index) => `user${index}`)
    // On SQLite there is one server. On PostgreSQL another one shares the outbox, and survives.
    const killed = await start()
    const others = database.name === 'PostgreSQL' ? [await start()] : []
    const underWayAtMost = 4 * (1 + others.length)
    for (const name of names) expect(await register(killed, name)).toBe(201)
    await taken.promise
    await killed.kill()
    await buryTheDead(place.url)
    if (others.length === 0) others.push(await start())

    const everybody = names.map((name) => `${name}@example.net`).toSorted()
    await expect.poll(() => [...new Set(recipients(smtp))]).toEqual(everybody)
    for (const other of others) expect(await other.stop()).toBe(0)
    const ids = new Set(smtp.mails.map(({ headers, to }) => `${headers['message-id']} ${to}`))
    expect(ids.size).toBe(names.length)
    expect(smtp.mails.length - names.length).toBeLessThanOrEqual(underWayAtMost)
  })
})
