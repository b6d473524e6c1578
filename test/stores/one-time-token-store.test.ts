import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deleteAccounts } from '../../src/accounts/account-state-store.ts'
import { createAccount } from '../../src/accounts/account-store.ts'
import { createOneTimeToken, type OneTimeUse } from '../../src/one-time-tokens/one-time-token.ts'
import {
  consumeOneTimeToken,
  findOneTimeToken,
  keepOneTimeToken,
  listOneTimeTokens,
  pruneOneTimeTokens,
} from '../../src/one-time-tokens/one-time-token-store.ts'
import { systemRandom } from '../../src/platform/random.ts'
import type { Database } from '../../src/storage/database.ts'
import { blankAccount } from '../support/blank-account.ts'
import { databases } from '../support/databases.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../support/migrated-database.ts'

const NOW = 1_900_000_000_000
const HOUR = 3_600_000

describe.each(databases)('one-time tokens on $name', (kind) => {
  let place: MigratedDatabase
  let database: Database

  beforeEach(async () => {
    place = await createMigratedDatabase(kind, NOW)
    database = place.open()
  })
  afterEach(() => place.drop())

  const aUse = (changes: Partial<OneTimeUse> = {}): OneTimeUse => ({
    purpose: 'password-reset',
    account: undefined,
    email: 'alice@example.net',
    ...changes,
  })

  /** Stores a new one that lives an hour, and returns its secret. */
  async function aSecret(changes: Partial<OneTimeUse> = {}): Promise<string> {
    const { secret, token } = createOneTimeToken(systemRandom, aUse(changes), HOUR, NOW)
    await database.inTransaction((tx) => keepOneTimeToken(tx, token))
    return secret
  }

  const consume = (secret: string, now = NOW, purpose = 'password-reset') =>
    database.inTransaction((tx) => consumeOneTimeToken(tx, purpose, secret, now))

  it('are found by their secret until they are used, which happens once', async () => {
    const secret = await aSecret()
    expect(await findOneTimeToken(database.read, 'password-reset', secret, NOW)).toMatchObject(aUse())
    expect(await consume(secret)).toMatchObject({ ...aUse(), createdAt: NOW, expiresAt: NOW + HOUR })
    expect(await findOneTimeToken(database.read, 'password-reset', secret, NOW)).toBeUndefined()
    expect(await consume(secret)).toBeUndefined()
  })

  it('have one winner among sixteen', async () => {
    const secret = await aSecret()
    const outcomes = await Promise.all(Array.from({ length: 16 }, () => consume(secret)))
    expect(outcomes.filter((outcome) => outcome !== undefined)).toHaveLength(1)
  })

  it('are unused again if the operation that used them was rolled back', async () => {
    const secret = await aSecret()
    const undone = database.inTransaction(async (tx) => {
      await consumeOneTimeToken(tx, 'password-reset', secret, NOW)
      throw new Error('on purpose')
    })
    await expect(undone).rejects.toThrow('on purpose')
    expect(await consume(secret)).toBeDefined()
  })

  it('are valid for their purpose only, and only until they expire', async () => {
    const secret = await aSecret()
    expect(await consume(secret, NOW, 'email-change')).toBeUndefined()
    expect(await consume(secret, NOW + HOUR)).toBeUndefined()
    expect(await consume(secret, NOW + HOUR - 1)).toBeDefined()
  })

  it('have 256 bits, and nothing that is stored is enough to use one', async () => {
    const secret = await aSecret()
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32)
    const token = await findOneTimeToken(database.read, 'password-reset', secret, NOW)
    expect(JSON.stringify(token)).not.toContain(secret)
    expect(await consume(token?.digest ?? '')).toBeUndefined()
  })

  it.each(['', 'x', "' or 1=1 --", '\0', '\ud800', 'A'.repeat(42), 'A'.repeat(44), `${'A'.repeat(43)}\n`])(
    'are not %j',
    async (presented) => {
      await aSecret()
      expect(await findOneTimeToken(database.read, 'password-reset', presented, NOW)).toBeUndefined()
      expect(await consume(presented)).toBeUndefined()
    },
  )

  it('belong to an account, and are deleted with it', async () => {
    const alice = { ...blankAccount, username: 'alice', email: 'alice@example.net' }
    const account = await database.inTransaction((tx) => createAccount(tx, alice, 'folded', NOW))
    const bound = { id: account?.id ?? 0, credentialsVersion: 7 }
    const secret = await aSecret({ account: bound })
    await aSecret({ account: bound })
    await aSecret()
    expect(await listOneTimeTokens(database.read, bound.id, 10)).toHaveLength(2)
    expect(await consume(secret)).toMatchObject({ account: bound })
    await database.inTransaction((tx) => deleteAccounts(tx, [bound.id], NOW))
    expect(await listOneTimeTokens(database.read, bound.id, 10)).toEqual([])
  })

  it('are deleted in batches when they have expired', async () => {
    const secrets = [await aSecret(), await aSecret(), await aSecret()]
    const prune = (before: number) => database.inTransaction((tx) => pruneOneTimeTokens(tx, before, 2))
    expect(await prune(NOW + HOUR)).toBe(0)
    expect([await prune(NOW + HOUR + 1), await prune(NOW + HOUR + 1)]).toEqual([2, 1])
    for (const secret of secrets) expect(await consume(secret)).toBeUndefined()
  })
})
