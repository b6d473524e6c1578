import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Account } from '../../src/accounts/account.ts'
import {
  changeEmail,
  deriveEmailKeys,
  findAccountsByEmailKey,
  verifyEmail,
} from '../../src/accounts/account-email-store.ts'
import { createAccount, findAccount } from '../../src/accounts/account-store.ts'
import type { Database } from '../../src/storage/database.ts'
import { blankAccount } from '../support/blank-account.ts'
import { databases } from '../support/databases.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../support/migrated-database.ts'

const NOW = 1_900_000_000_000

describe.each(databases)('addresses of accounts on $name', (kind) => {
  let place: MigratedDatabase
  let database: Database

  beforeEach(async () => {
    place = await createMigratedDatabase(kind, NOW)
    database = place.open()
  })
  afterEach(() => place.drop())

  async function anAccount(username: string, email: string): Promise<Account> {
    const made = await database.inTransaction((tx) =>
      createAccount(tx, { ...blankAccount, username, email }, 'folded', NOW),
    )
    if (made === undefined) throw new Error(`${username} is taken`)
    return made
  }
  const namesAt = async (key: string) =>
    (await findAccountsByEmailKey(database.read, key)).map(({ username }) => username)

  it('find all accounts that have them, in any spelling', async () => {
    await anAccount('alice', 'Shared@Example.net')
    await anAccount('bob', 'shared@example.net')
    await anAccount('carol', 'other@example.net')
    expect(await namesAt('shared@example.net')).toEqual(['alice', 'bob'])
    expect(await namesAt('Shared@Example.net')).toEqual([])
  })

  it('find nobody without one, or with one that gets no mail', async () => {
    await anAccount('alice', '')
    await anAccount('bob', '"a@b"@example.net')
    expect(await namesAt('')).toEqual([])
    expect(await namesAt('"a@b"@example.net')).toEqual([])
  })

  it('are derived for accounts from before there were keys, and for no others', async () => {
    for (let number = 0; number < 3; number++) await anAccount(`user${number}`, `User${number}@example.net`)
    await anAccount('none', '')
    await database.inTransaction((tx) => tx.updateTable('accounts').set({ email_key: null }).execute())
    expect(await namesAt('user1@example.net')).toEqual([])
    await database.inTransaction(deriveEmailKeys)
    expect(await namesAt('user1@example.net')).toEqual(['user1'])
    expect(await namesAt('')).toEqual([])
  })

  it('are confirmed once, as long as nothing has changed, and keep the first time', async () => {
    const account = await anAccount('alice', 'alice@example.net')
    const verify = (at: number) => database.inTransaction((tx) => verifyEmail(tx, account, at))
    expect([await verify(NOW), await verify(NOW + 1)]).toEqual([true, false])
    expect((await findAccount(database.read, account.id))?.emailVerifiedAt).toBe(NOW)
    await database.inTransaction((tx) => changeEmail(tx, account, 'new@example.net', undefined))
    expect(await verify(NOW + 2)).toBe(false)
    expect((await findAccount(database.read, account.id))?.emailVerifiedAt).toBeUndefined()
  })

  it('are changed by one of two simultaneous requests', async () => {
    const account = await anAccount('alice', 'alice@example.net')
    const change = (email: string) => database.inTransaction((tx) => changeEmail(tx, account, email, NOW))
    expect((await Promise.all([change('one@example.net'), change('two@example.net')])).filter(Boolean)).toHaveLength(1)
    const changed = await findAccount(database.read, account.id)
    expect(changed?.credentialsVersion).toBe(account.credentialsVersion + 1)
    expect(await namesAt('alice@example.net')).toEqual([])
    expect(await namesAt(changed?.email ?? '')).toEqual(['alice'])
  })
})
