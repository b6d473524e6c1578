import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { databases } from '../../../test/support/databases.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../test/support/migrated-database.ts'
import { recordEvent } from '../../audit/audit-store.ts'
import { listEvents } from '../../audit/event-search-store.ts'
import { type KeyRing, keyMaintenanceMs, keyRereadMs } from '../../keys/key-ring.ts'
import { createLog } from '../../platform/log.ts'
import type { Database } from '../../storage/database.ts'
import { createTidyingTurn } from '../../storage/tidying-turn.ts'
import { deletePaced } from './delete-paced.ts'
import { createHousekeeping } from './housekeeping.ts'
import { chores, pruneExpired } from './prune.ts'

const NOW = 1_900_000_000_000
const DAY = 86_400_000
const server = { actor: 'server', address: '', userAgent: '' } as const

describe.each(databases)('housekeeping on $name', (kind) => {
  let place: MigratedDatabase
  let processes: Database[]

  beforeEach(async () => {
    place = await createMigratedDatabase(kind, NOW)
    processes = [place.open(), place.open(), place.open()]
  })
  afterEach(() => place.drop())

  function first(): Database {
    const [database] = processes
    if (database === undefined) throw new Error('there is no database')
    return database
  }

  async function addSessions(count: number, refreshExpiresAt: number): Promise<void> {
    const times = { created_at: 0, refreshed_at: 0, refresh_expires_at: refreshExpiresAt }
    const rest = { account_id: 1, refresh_seed: '', refresh_generation: 0, address: '', user_agent: '', amr: '[]' }
    const sessions = Array.from({ length: count }, (_, nth) => ({
      id: `${refreshExpiresAt}-${nth}`,
      ...times,
      ...rest,
    }))
    await first().inTransaction((tx) => tx.insertInto('sessions').values(sessions).execute())
  }

  const countSessions = async () => (await first().read.selectFrom('sessions').select('id').execute()).length

  it('deletes sessions a day after their last token has expired, each once, even with several processes', async () => {
    await addSessions(1_300, NOW - DAY - 1)
    await addSessions(3, NOW - DAY)
    const deleted = await Promise.all(processes.map((database) => pruneExpired(database, NOW)))
    const rest = await pruneExpired(first(), NOW)
    expect(deleted.reduce((sum, one) => sum + one, rest)).toBe(1_300)
    expect(await countSessions()).toBe(3)
  })

  it('keeps sessions that were refreshed in the meantime, and deletes them once that token has expired too', async () => {
    await addSessions(40, NOW + 2 * DAY)
    await addSessions(40, NOW - 2 * DAY)
    const checkedAt = async () =>
      (await first().read.selectFrom('sessions').select('prune_check_at').distinct().execute()).map(
        (row) => row.prune_check_at,
      )
    expect(await checkedAt()).toEqual([0])
    expect(await pruneExpired(first(), NOW)).toBe(40)
    expect(await checkedAt()).toEqual([NOW + 2 * DAY])
    expect(await pruneExpired(first(), NOW + 3 * DAY)).toBe(0)
    expect(await countSessions()).toBe(40)
    expect(await pruneExpired(first(), NOW + 3 * DAY + 1)).toBe(40)
  })

  it('deletes events after their retention', async () => {
    await first().inTransaction(async (tx) => {
      for (const at of [NOW - 3 * DAY, NOW - 2 * DAY, NOW - DAY]) {
        await recordEvent(tx, at, 'account.activated', { accountId: 1, origin: server })
      }
    })
    const everyChore = chores(NOW, { auditRetentionMs: 2 * DAY, notices: { factorRemoved: async () => {} } })
    await Promise.all(
      processes.map(async (database) => {
        const turn = createTidyingTurn()
        for (const chore of everyChore) await deletePaced(chore, { database, turn, now: () => NOW })
        await database.inTransaction(turn.giveBack)
      }),
    )
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

  it('reads the signing keys often enough that a retired one is trusted for five seconds at most', async () => {
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
