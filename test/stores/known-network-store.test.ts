import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { deleteAccounts } from '../../src/accounts/account-state-store.ts'
import { createAccount } from '../../src/accounts/account-store.ts'
import { findCandidateByUsername } from '../../src/accounts/names/login-candidate-store.ts'
import { pruneKnownNetworks, rememberNetwork } from '../../src/rate-limits/known-network-store.ts'
import type { Database } from '../../src/storage/database.ts'
import { blankAccount } from '../support/blank-account.ts'
import { databases } from '../support/databases.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../support/migrated-database.ts'

const NOW = 1_900_000_000_000
const HOME = '198.51.100.10'
const OFFICE = '2001:db8:1:2::/64'

describe.each(databases)('known networks in $name', (kind) => {
  let place: MigratedDatabase
  let database: Database
  let accountId: number

  const note = (network: string, at: number) =>
    database.inTransaction((tx) => rememberNetwork(tx, accountId, network, at))
  async function lastLoginFrom(network: string, username = 'ada'): Promise<number | undefined> {
    const lookup = { network, mostSessions: undefined }
    const candidate = await findCandidateByUsername(database.read, username, 'folded', lookup)
    return candidate?.lastLoginFromHereAt
  }

  beforeAll(async () => {
    place = await createMigratedDatabase(kind, NOW)
    database = place.open()
  })
  beforeEach(async () => {
    await database.inTransaction(async (tx) => {
      if (accountId !== undefined) await deleteAccounts(tx, [accountId], NOW)
      accountId = (await createAccount(tx, { ...blankAccount, username: 'ada' }, 'folded', NOW))?.id ?? 0
    })
  })
  afterAll(() => place.drop())

  it('are those from which this account logged in, and no others', async () => {
    await database.inTransaction((tx) => createAccount(tx, { ...blankAccount, username: 'bob' }, 'folded', NOW))
    await note(HOME, NOW)
    expect([await lastLoginFrom(HOME), await lastLoginFrom(OFFICE)]).toEqual([NOW, undefined])
    expect(await lastLoginFrom(HOME, 'bob')).toBeUndefined()
  })

  it('are known with the time of the last login', async () => {
    await note(HOME, NOW - 1)
    expect(await lastLoginFrom(HOME)).toBe(NOW - 1)
    await note(HOME, NOW)
    expect(await lastLoginFrom(HOME)).toBe(NOW)
  })

  it('are stored once each, although sixteen logins come at once', async () => {
    await Promise.all(Array.from({ length: 16 }, (_, nth) => note(HOME, NOW + nth)))
    expect(await database.read.selectFrom('known_networks').selectAll().execute()).toHaveLength(1)
  })

  it('are deleted with their account', async () => {
    await note(HOME, NOW)
    await database.inTransaction((tx) => deleteAccounts(tx, [accountId], NOW))
    expect(await database.read.selectFrom('known_networks').selectAll().execute()).toEqual([])
  })

  it('are forgotten when they are old, the oldest first', async () => {
    await note(HOME, NOW - 2)
    await note(OFFICE, NOW - 1)
    await note('203.0.113.7', NOW)
    const prune = (limit: number) => database.inTransaction((tx) => pruneKnownNetworks(tx, NOW, limit))
    expect(await prune(1)).toBe(1)
    expect([await lastLoginFrom(HOME), await lastLoginFrom(OFFICE)]).toEqual([undefined, NOW - 1])
    expect(await prune(10)).toBe(1)
    expect(await lastLoginFrom('203.0.113.7')).toBe(NOW)
  })
})
