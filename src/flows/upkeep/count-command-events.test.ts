import { describe, expect, it } from 'vitest'
import { databases } from '../../../test/support/databases.ts'
import { createMigratedDatabase } from '../../../test/support/migrated-database.ts'
import { recordEvent } from '../../audit/audit-store.ts'
import type { AuditActor } from '../../audit/events.ts'
import type { SessionEndReason } from '../../sessions/session.ts'
import type { Database } from '../../storage/database.ts'
import { createCountCommandEvents } from './count-command-events.ts'

const NOW = 1_900_000_000_000

describe.each(databases)('sessions that the command line ends, on $name', (kind) => {
  it('are counted once, by one of the servers, and not those from before there was a server', async () => {
    const place = await createMigratedDatabase(kind, NOW)
    const database = place.open()
    let now = NOW
    const counted: string[] = []
    const servers = [1, 2, 3].map((server) =>
      createCountCommandEvents({
        database: server === 1 ? database : place.open(),
        clock: { now: () => now },
        count: (reason) => void counted.push(reason),
      }),
    )
    const countAll = async () => {
      await Promise.all(servers.map((count) => count()))
    }
    await end(database, 'administrator', 'command_line', now)
    now += 60_000
    await countAll()
    expect(counted).toEqual([])
    await end(database, 'administrator', 'command_line', now)
    await end(database, 'logout', 'anonymous', now)
    await end(database, 'key_retired', 'command_line', now)
    await countAll()
    expect(counted).toEqual([])
    now += 60_000
    await countAll()
    await countAll()
    expect(counted).toEqual(['administrator', 'key_retired'])
    await place.drop()
  })
})

function end(database: Database, reason: SessionEndReason, actor: AuditActor, now: number): Promise<void> {
  const origin = { actor, address: '', userAgent: '' }
  return database.inTransaction((tx) =>
    recordEvent(tx, now, 'session.ended', { accountId: 1, sessionId: 'one', reason, origin }),
  )
}
