import { Agent, type IncomingMessage, request as openRequest } from 'node:http'
import { describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { rawRequest } from '../support/raw-client.ts'
import { startServerProcess } from '../support/server-process.ts'
import { compareWithLedgers, crashSettings, PASSWORD, startLoad } from './ledger.ts'

const AT_ONCE = 24

/** Sends a request over one of the agent's kept connections, and returns its status. */
function sendKept(agent: Agent, url: string, method: string, path: string, body?: object) {
  return new Promise<{ status: number | undefined; isReused: boolean }>((resolve, reject) => {
    const text = body === undefined ? '' : JSON.stringify(body)
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
    const request = openRequest(new URL(path, url), { agent, method, headers }, (answer: IncomingMessage) => {
      answer.resume().on('end', () => resolve({ status: answer.statusCode, isReused: request.reusedSocket }))
    })
    request.on('error', reject).end(text)
  })
}

describe.each(databases)('a server that is asked to stop, on $name', (database) => {
  it('answers every request it received before, even if passwords are still waiting to be hashed', async () => {
    const place = await (database.createMigrated ?? database.create)()
    const settings = { ...crashSettings(place.url), HASH_MEMORY_KIB: '4096', HASH_CONCURRENCY: '1' }
    const server = await startServerProcess(settings)
    // Connections that are already open: the server has accepted them, so none of their requests may be lost.
    const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
    await Promise.all(Array.from({ length: AT_ONCE }, () => sendKept(agent, server.url, 'GET', '/healthz')))
    const answers = Array.from({ length: AT_ONCE }, (_, index) =>
      sendKept(agent, server.url, 'POST', '/api/users/', { username: `user${index}`, password: PASSWORD }),
    )
    await Promise.race(answers)
    const exitCodes = [server.stop(), server.stop()]
    await expect.poll(() => rawRequest(server.url, '').catch(({ code }) => code), { interval: 5 }).toBe('ECONNREFUSED')

    expect(await Promise.all(answers)).toEqual(answers.map(() => ({ status: 201, isReused: true })))
    expect(await Promise.all(exitCodes)).toEqual([0, 0])
    agent.destroy()

    const again = await startServerProcess(settings)
    const logins = Array.from({ length: AT_ONCE }, async (_, index) => {
      const body = { username: `user${index}`, password: PASSWORD }
      return (await sendJson(again.url, 'POST', '/api/login/', { body })).status
    })
    expect(await Promise.all(logins)).toEqual(answers.map(() => 200))
    await again.stop()
    await place.drop()
  })

  it('loses nothing it acknowledged under load', async () => {
    const place = await (database.createMigrated ?? database.create)()
    const settings = crashSettings(place.url)
    const stopped = await startServerProcess(settings)
    const load = startLoad(stopped.url, 6)
    await load.acknowledged(100)
    const [exitCode] = await Promise.all([stopped.stop(), load.ended])
    expect(exitCode).toBe(0)
    expect(stopped.output()).not.toMatch(/"level":[56]0/)

    const server = await startServerProcess(settings)
    // What was accepted was also answered: the server has done nothing that nobody was told.
    expect(await compareWithLedgers(server.url, load.ledgers)).toEqual({
      lost: [],
      revived: [],
      postsNeverAcknowledged: 0,
    })
    await server.stop()
    await place.drop()
  })
})
