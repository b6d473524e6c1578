import { createServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createApp } from '../../src/app/app.ts'
import { createLog } from '../../src/platform/log.ts'
import { systemRandom } from '../../src/platform/random.ts'
import { databases } from '../support/databases.ts'
import { startServerProcess } from '../support/server-process.ts'
import { startTestApp } from '../support/test-app.ts'

/** Listens on a port of the loopback, so that no other program can. */
async function takePort(): Promise<number> {
  const holder = createServer()
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void holder.close())
  const address = holder.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

describe.each(databases)('a server that cannot start, on $name', (database) => {
  it('exits with code 1, and has started no background work', async () => {
    const place = await database.create()
    onTestFinished(() => place.drop())
    const settings = { DATABASE_URL: place.url, PORT: String(await takePort()), SAMPLE_RESOURCES: 'false' }
    const failure = await startServerProcess(settings).catch(String)
    expect(failure).toContain('the server ended with 1 before it was ready')
    expect(failure).toContain('is in use. Stop the program that uses it, or change PORT.')
    // The worker for mail logs this when it starts.
    expect(failure).not.toContain('no mail will be sent')
  })

  it.each([
    ['an address of another machine', '192.0.2.1'],
    ['a socket in a folder that is not there', 'unix:/nonexistent/socket'],
  ])('starts nothing in the background if it should listen on %s', async (_what, host) => {
    const { config, clock, close } = await startTestApp({ database })
    const lines: string[] = []
    const log = createLog('info', (more) => lines.push(more))
    const app = await createApp({ config, clock, random: systemRandom, log })
    await expect(app.listen({ host, port: 0 })).rejects.toMatchObject({ name: 'StartError', step: 'listen' })
    await app.close()
    await close()
    log.flushNow()
    expect(lines.join('')).not.toContain('no mail will be sent')
  })
})
