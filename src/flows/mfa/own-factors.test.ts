import { expect, it, onTestFinished } from 'vitest'
import { blankAccount } from '../../../test/support/blank-account.ts'
import { databases } from '../../../test/support/databases.ts'
import { createMigratedDatabase } from '../../../test/support/migrated-database.ts'
import { createAccount, findAccount } from '../../accounts/account-store.ts'
import { confirmFactor, keepPendingFactor, listFactors } from '../../mfa/factor-store.ts'
import { systemRandom } from '../../platform/random.ts'
import { beginSession } from '../../sessions/session.ts'
import { endSession, findSession, startSession } from '../../sessions/session-store.ts'
import { createOwnFactors } from './own-factors.ts'

const NOW = 1_900_000_000_000

it.each(databases)('a request does not remove a factor once its session has ended, on $name', async (database) => {
  const place = await createMigratedDatabase(database, NOW)
  onTestFinished(place.drop)
  const opened = place.open()
  await opened.inTransaction(async (tx) => {
    const account = await createAccount(tx, { ...blankAccount, username: 'ann' }, 'folded', NOW)
    if (account === undefined) throw new Error('the account was not created')
    const first = { id: 's1', refreshSeed: '', refreshKid: undefined, address: '', userAgent: '', amr: [] }
    const lifetimes = { sessionLifetimeMs: undefined, refreshTokenLifetimeMs: 60_000 }
    await startSession(tx, beginSession(account, first, lifetimes, NOW))
    for (const id of ['one', 'two']) {
      await keepPendingFactor(tx, { id, accountId: 1, type: 'totp', createdAt: NOW, data: '{}' })
      const [pending] = (await listFactors(tx, 1)).filter((factor) => factor.id === id)
      if (pending === undefined) throw new Error('the factor is missing')
      await confirmFactor(tx, pending, { name: id, data: '{}', lookupKey: undefined }, NOW)
    }
  })
  const notified: string[] = []
  const factors = createOwnFactors({
    database: opened,
    clock: { now: () => NOW },
    random: systemRandom,
    notices: { factorRemoved: async (_tx: unknown, _account: unknown, type: string) => notified.push(type) },
    outbox: { wake() {} },
    settings: { requiredFor: [], endSessionsOnDeactivation: true },
  } as unknown as Parameters<typeof createOwnFactors>[0])
  const account = await findAccount(opened.read, 1)
  const session = await findSession(opened.read, 's1')
  if (account === undefined || session === undefined) throw new Error('the account or its session is missing')
  // As it was when the request was admitted.
  const caller = { account, session, sessionId: session.id }
  const owner = { kind: 'owner', caller, origin: { address: '', userAgent: '', languages: undefined } } as const
  const held = async () => (await listFactors(opened.read, 1)).map(({ id }) => id)

  await factors.remove(owner, 'one')
  expect([await held(), notified]).toEqual([['two'], ['totp']])
  await opened.inTransaction((tx) => endSession(tx, 's1', 'password_changed', NOW))
  await expect(factors.remove(owner, 'two')).rejects.toMatchObject({
    code: 'token_revoked',
    endReason: 'password_changed',
  })
  expect([await held(), notified]).toEqual([['two'], ['totp']])
})
