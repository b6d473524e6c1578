import { describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { startServerProcess } from '../support/server-process.ts'
import { compareWithLedgers, crashSettings, startLoad } from './ledger.ts'

const USERS = 8
const ACKNOWLEDGED = 200

describe.each(databases)('a server that is killed under load, on $name', (database) => {
  it('has everything that it confirmed when it starts again, and revives nothing', async () => {
    const place = await (database.createMigrated ?? database.create)()
    const settings = crashSettings(place.url)
    const killed = await startServerProcess(settings)
    const load = startLoad(killed.url, USERS)
    await load.acknowledged(ACKNOWLEDGED)
    await killed.kill()
    await load.ended

    const server = await startServerProcess(settings)
    const { postsNeverAcknowledged, ...found } = await compareWithLedgers(server.url, load.ledgers)
    expect(found).toEqual({ lost: [], revived: [] })
    // Each user had one request under way.
    expect(postsNeverAcknowledged).toBeLessThanOrEqual(USERS)
    expect(await server.stop()).toBe(0)
    await place.drop()
  })
})
