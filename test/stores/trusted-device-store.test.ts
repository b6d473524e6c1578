import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAccount } from '../../src/accounts/account-store.ts'
import { isTrustedDevice, keepTrustedDevice, listTrustedDevices } from '../../src/mfa/trusted-device-store.ts'
import { sha256 } from '../../src/platform/digest.ts'
import type { Database } from '../../src/storage/database.ts'
import { blankAccount } from '../support/blank-account.ts'
import { databases } from '../support/databases.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../support/migrated-database.ts'

const NOW = 1_900_000_000_000

describe.each(databases)('trusted devices on $name', (kind) => {
  let place: MigratedDatabase
  let database: Database

  beforeAll(async () => {
    place = await createMigratedDatabase(kind, NOW)
    database = place.open()
  })
  afterAll(() => place.drop())

  it('are a hundred at most: a further one takes the place of the oldest of its account', async () => {
    const [ada, ben] = await database.inTransaction(async (tx) => [
      (await createAccount(tx, { ...blankAccount, username: 'ada' }, 'folded', NOW)) ?? expect.fail(),
      (await createAccount(tx, { ...blankAccount, username: 'ben' }, 'folded', NOW)) ?? expect.fail(),
    ])
    if (ada === undefined || ben === undefined) return expect.fail()
    const keep = (accountId: number, id: string, createdAt: number) =>
      database.inTransaction((tx) =>
        keepTrustedDevice(tx, {
          id,
          accountId,
          createdAt,
          expiresAt: NOW + 86_400_000,
          address: '',
          userAgent: '',
          digest: sha256(id),
          credentialsVersion: 0,
        }),
      )
    await keep(ben.id, 'of-ben', NOW - 1)
    for (let nth = 0; nth < 102; nth++) await keep(ada.id, `device-${nth}`, NOW + nth)
    const owner = { id: ada.id, credentialsVersion: 0 }
    const listed = await listTrustedDevices(database.read, owner, NOW + 200)
    expect([listed.length, listed[0]?.id, listed.at(-1)?.id]).toEqual([100, 'device-101', 'device-2'])
    expect(await isTrustedDevice(database.read, owner, 'device-1', NOW + 200)).toBe(false)
    expect(await isTrustedDevice(database.read, { ...owner, id: ben.id }, 'of-ben', NOW + 200)).toBe(true)
  })
})
