import { describe, expect, it, onTestFinished } from 'vitest'
import { createAccount } from '../../src/accounts/account-store.ts'
import { createImportSystem } from '../../src/flows/import/import-system.ts'
import { type ForeignAccount, type ForeignSystem, noRecords } from '../../src/foreign-systems/foreign-system.ts'
import { systemRandom } from '../../src/platform/random.ts'
import { blankAccount } from '../support/blank-account.ts'
import { databases } from '../support/databases.ts'
import { createMigratedDatabase } from '../support/migrated-database.ts'

const NOW = 1_900_000_000_000

function accountThere(uid: string, username: string): ForeignAccount {
  const dates = { createdAt: NOW, lastLoginAt: undefined, passwordHash: undefined }
  const rest = {
    ...blankAccount,
    ...dates,
    isEmailVerified: false,
    isActive: true,
    groups: [],
    permissions: [],
    profile: {},
  }
  return { key: uid, uid: { text: uid, isNumber: true }, username, ...rest }
}

describe.each(databases)('an import on $name', (kind) => {
  it('names the accounts whose username was taken after the check', async () => {
    const place = await createMigratedDatabase(kind, NOW)
    onTestFinished(() => place.drop())
    const database = place.open()
    const register = (username: string) =>
      database.inTransaction((tx) => createAccount(tx, { ...blankAccount, username }, 'folded', NOW))
    await register('resident')

    let readings = 0
    const system: ForeignSystem = {
      description: 'a list',
      countAccounts: async () => 2,
      async *accounts() {
        readings++
        if (readings === 2) await register('Wanted')
        yield [accountThere('901', 'wanted'), accountThere('902', 'other')]
      },
      groups: async () => [],
      spentTokens: noRecords,
      posts: noRecords,
      notes: [],
      close: async () => {},
    }
    const importSystem = createImportSystem({
      database,
      clock: { now: () => NOW },
      random: systemRandom,
      posts: undefined,
      keys: undefined,
      factors: async () => ({ factors: 0, devices: 0, skipped: 0 }),
      usernameRule: 'folded',
      phoneRegion: undefined,
      loginWith: ['username'],
      hashPolicy: { allowWeakHashes: false },
    })
    const { report, ...outcome } = await importSystem(system, {
      source: 'list',
      choices: {},
      unusablePasswords: 'keep',
      isDryRun: false,
      mayDeleteMany: false,
      onProgress: () => {},
    })
    expect(outcome).toEqual({ kind: 'imported' })
    expect(report).toMatchObject({ accounts: { created: 1 }, raced: ['901'] })
  })
})
