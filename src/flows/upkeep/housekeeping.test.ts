import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { databases } from '../../../test/support/databases.ts'
import { listEvents, recordEvent } from '../../audit/audit-store.ts'
import { type KeyRing, keyMaintenanceMs, keyRereadMs } from '../../keys/key-ring.ts'
import { createLog } from '../../platform/log.ts'
import { startSession } from '../../sessions/session-store.ts'
import { type Database, openDatabase } from '../../storage/database.ts'
import { migrate } from '../../storage/migrate.ts'
import { createHousekeeping } from './housekeeping.ts'
import { pruneAuditLog, pruneExpired } from './prune.ts'

const NOW = 1_900_000_000_000
const DAY = 86_400_000
const server = { actor: 'server', address: '', userAgent: '' } as const

describe.each(databases)('housekeeping on $name', ({ create }) => {
  let place: { url: string; drop(): Promise<void> }
  let processes: Database[]

  beforeEach(async () => {
    place = await create()
    processes = [openDatabase(place.url), openDatabase(place.url), openDatabase(place.url)]
    await migrate(first(), NOW)
  })
  afterEach(async () => {
    await Promise.all(processes.map((database) => database.close()))
    await place.drop()
  })

  function first(): Database {
    const [database] = processes
    if (database === undefined) throw new Error('there is no database')
    return database
  }

  async function addSessions(count: number, refreshExpiresAt: number): Promise<void> {
    await first().inTransaction(async (tx) => {
      for (let nth = 0; nth < count; nth++) {
        const times = { createdAt: 0, refreshedAt: 0, refreshExpiresAt, expiresAt: undefined, endedAt: undefined }
        const rest = {
          refreshSeed: '',
          refreshGeneration: 0,
          refreshKid: undefined,
          endReason: undefined,
          address: '',
          userAgent: '',
          amr: [],
          provenAt: 0,
        }
        await startSession(tx, { id: `${refreshExpiresAt}-${nth}`, accountId: 1, ...times, ...rest })
      }
    })
  }

  const countSessions = async () => (await first().read.selectFrom('sessions').select('id').execute()).length

  it('deletes sessions a day after their last token has expired, whichever processes are at it, and each once', async () => {
    await addSessions(1_300, NOW - DAY - 1)
    await addSessions(3, NOW - DAY)
    const deleted = await Promise.all(processes.map((database) => pruneExpired(database, NOW)))
    const rest = await pruneExpired(first(), NOW)
    expect(deleted.reduce((sum, one) => sum + one, rest)).toBe(1_300)
    expect(await countSessions()).toBe(3)
  })

  it('deletes events once they have been kept for long enough', async () => {
    await first().inTransaction(async (tx) => {
      for (const at of [NOW - 3 * DAY, NOW - 2 * DAY, NOW - DAY]) {
        await recordEvent(tx, at, 'account.activated', { accountId: 1, origin: server })
      }
    })
    await Promise.all(processes.map((database) => pruneAuditLog(database, 2 * DAY, NOW)))
    const { events } = await listEvents(first().read, { limit: 10 })
    expect(events.map(({ at }) => at)).toEqual([NOW - DAY, NOW - 2 * DAY])
  })
})

describe('housekeeping', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('reads the signing keys again often enough that a retired one is trusted for five seconds at most', async () => {
    const done: string[] = []
    const keyRing = { refresh: async () => done.push('refresh'), maintain: async () => done.push('maintain') }
    const broken = { inTransaction: () => Promise.reject(new Error('no database')) }
    const housekeeping = createHousekeeping({
      reportsRotatedTokens: true,
      countCommandEvents: async () => {},
      notices: { factorRemoved: async () => {} },
      reseal: async () => {},
      database: broken as unknown as Database,
      clock: { now: () => NOW },
      keyRing: keyRing as unknown as KeyRing,
      auditRetentionMs: DAY,
      log: createLog('silent', () => {}),
    })
    housekeeping.start()
    expect(keyRereadMs).toBe(5_000)
    await vi.advanceTimersByTimeAsync(keyRereadMs)
    expect(done).toEqual(['refresh'])
    await vi.advanceTimersByTimeAsync(keyMaintenanceMs)
    expect(done.filter((what) => what === 'refresh')).toHaveLength(1 + keyMaintenanceMs / keyRereadMs)
    expect(done.filter((what) => what === 'maintain')).toHaveLength(1)
    await housekeeping.stop()
    await vi.advanceTimersByTimeAsync(keyMaintenanceMs)
    expect(done).toHaveLength(2 + keyMaintenanceMs / keyRereadMs)
  })
})
