import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findUids } from '../../src/accounts/account-id-store.ts'
import { createAccount } from '../../src/accounts/account-store.ts'
import {
  findRights,
  listGrantedPermissions,
  setAccountPermissions,
  setGroupPermissions,
} from '../../src/permissions/grant-store.ts'
import { addMembers } from '../../src/permissions/group-member-store.ts'
import { createGroup } from '../../src/permissions/group-store.ts'
import { joinedRights, readJoinedRights } from '../../src/permissions/joined-rights-store.ts'
import { beginSession } from '../../src/sessions/session.ts'
import { startSession } from '../../src/sessions/session-store.ts'
import { findTokenHolder, tokenHolderWith } from '../../src/sessions/token-holder-store.ts'
import type { Database } from '../../src/storage/database.ts'
import { blankAccount } from '../support/blank-account.ts'
import { databases, type TestDatabase } from '../support/databases.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../support/migrated-database.ts'
import { countStatements } from '../support/statement-counter.ts'

const NOW = 1_900_000_000_000
const ACCOUNTS = 40
const first = { refreshSeed: 'seed', refreshKid: undefined, address: '', userAgent: '', amr: ['pwd'] }
const lifetimes = { refreshTokenLifetimeMs: 86_400_000, sessionLifetimeMs: undefined, sessionIdleTimeoutMs: undefined }

/** Accounts `user-0` and so on, each with a session `session-0` and so on. */
async function populate(database: Database): Promise<string[]> {
  const uids: string[] = []
  await database.inTransaction(async (tx) => {
    for (let nth = 0; nth < ACCOUNTS; nth++) {
      const account =
        (await createAccount(tx, { ...blankAccount, username: `user-${nth}` }, 'folded', NOW)) ?? expect.fail()
      await startSession(tx, beginSession(account, { ...first, id: `session-${nth}` }, lifetimes, NOW))
      uids.push(account.uid)
    }
  })
  return uids
}

describe.each(databases)('the accounts and sessions of many tokens, looked up at the same moment, on $name', (kind) => {
  let place: MigratedDatabase
  let database: Database
  let uids: string[]

  beforeAll(async () => {
    place = await createMigratedDatabase(kind, NOW)
    database = place.open()
    uids = await populate(database)
  })
  afterAll(() => place.drop())

  it('are for each token its own account and its own session', async () => {
    const named = Array.from({ length: 4 * ACCOUNTS }, (_, nth) => (nth * 7) % ACCOUNTS)
    const holders = await Promise.all(
      named.map((nth) => findTokenHolder(database.read, { uid: uids[nth], sessionId: `session-${nth}` })),
    )
    expect(holders.map(({ account, session }) => [account?.username, session?.id])).toEqual(
      named.map((nth) => [`user-${nth}`, `session-${nth}`]),
    )
  })

  it('come with the rights of the account, if that is asked', async () => {
    const find = tokenHolderWith(joinedRights)
    const [plain, member, own, both, root] = await database.inTransaction(async (tx) => {
      const ids: number[] = []
      for (const name of ['plain', 'member', 'own', 'both', 'root']) {
        const account = await createAccount(
          tx,
          { ...blankAccount, username: name, isSuperuser: name === 'root' },
          'folded',
          NOW,
        )
        ids.push(account?.id ?? expect.fail())
      }
      const [, member = 0, own = 0, both = 0] = ids
      const groups: number[] = []
      for (const [name, permissions] of [
        ['Zoo "keepers"', ['zoo.feed', 'zoo.open']],
        ['Áster', []],
        ['Gone', ['gone.do']],
      ] as const) {
        const group = (await createGroup(tx, { name, description: '' }, NOW)) ?? expect.fail()
        await setGroupPermissions(tx, group.id, permissions)
        await addMembers(tx, group.id, [member, both])
        groups.push(group.id)
      }
      for (const id of [own, both]) await setAccountPermissions(tx, id, ['shop.sell', 'zoo.feed'])
      await tx
        .updateTable('groups')
        .set({ deleted_at: NOW })
        .where('id', '=', groups[2] ?? 0)
        .execute()
      return ids
    })
    const granted = (await listGrantedPermissions(database.read)).sort()
    expect(granted).toEqual(['gone.do', 'shop.sell', 'zoo.feed', 'zoo.open'])
    const ids = [plain, member, own, both, root]
    const uidOf = await findUids(
      database.read,
      ids.map((id) => id ?? 0),
    )
    const holders = await Promise.all(
      [...ids, ...ids].map((id = 0) => find(database.read, { uid: uidOf.get(id), sessionId: 'session-0' })),
    )
    for (const [nth, { account, session, columnValue }] of holders.entries()) {
      const { granted: all, ...held } = readJoinedRights(columnValue ?? '')
      expect([account?.id, session?.id]).toEqual([ids[nth % ids.length], 'session-0'])
      expect(held).toEqual(await findRights(database.read, account?.id ?? 0))
      expect([...all].sort()).toEqual(account?.isSuperuser ? granted : [])
    }
    expect(readJoinedRights(holders[3]?.columnValue ?? '')).toMatchObject({
      groups: [{ name: 'Zoo "keepers"' }, { name: 'Áster' }],
      ownPermissions: ['shop.sell', 'zoo.feed'],
      permissions: new Set(['shop.sell', 'zoo.feed', 'zoo.open']),
    })
    const nobody = await find(database.read, { uid: 'nobody', sessionId: undefined })
    expect([nobody.account, readJoinedRights(nobody.columnValue ?? '').groups]).toEqual([undefined, []])
  })

  it('may be an account alone, a session alone, nothing at all, or those of two accounts', async () => {
    const asked = [
      { uid: uids[0], sessionId: undefined },
      { uid: undefined, sessionId: 'session-1' },
      { uid: undefined, sessionId: undefined },
      { uid: 'nobody', sessionId: 'none' },
      { uid: '{"a",NULL}', sessionId: "'; --" },
      { uid: uids[2], sessionId: 'session-3' },
    ]
    const holders = await Promise.all(asked.map((named) => findTokenHolder(database.read, named)))
    expect(holders.map(({ account, session }) => [account?.username, session?.id])).toEqual([
      ['user-0', undefined],
      [undefined, 'session-1'],
      [undefined, undefined],
      [undefined, undefined],
      [undefined, undefined],
      ['user-2', 'session-3'],
    ])
  })

  it('are found although another token names something that the database cannot store', async () => {
    const unstorable = findTokenHolder(database.read, { uid: 'zero\0', sessionId: undefined }).catch(() => undefined)
    const holders = await Promise.all(uids.map((uid) => findTokenHolder(database.read, { uid, sessionId: undefined })))
    expect(holders.map(({ account }) => account?.username)).toEqual(uids.map((_, nth) => `user-${nth}`))
    expect((await unstorable)?.account).toBeUndefined()
  })

  it('are as a transaction sees them, within that transaction', async () => {
    await database.inTransaction(async (tx) => {
      const account = (await createAccount(tx, { ...blankAccount, username: 'inside' }, 'folded', NOW)) ?? expect.fail()
      const inside = findTokenHolder(tx, { uid: account.uid, sessionId: undefined })
      expect((await inside).account?.username).toBe('inside')
    })
  })
})

describe('lookups that share a statement on PostgreSQL', () => {
  const postgres = databases.find(({ name }) => name === 'PostgreSQL') as TestDatabase
  let place: MigratedDatabase
  let counter: Awaited<ReturnType<typeof countStatements>>
  let database: Database
  let uids: string[]

  beforeAll(async () => {
    place = await createMigratedDatabase(
      {
        ...postgres,
        async createMigrated() {
          const created = await (postgres.createMigrated ?? postgres.create)()
          counter = await countStatements(created.url)
          return { url: counter.url, drop: () => counter.close().then(() => created.drop()) }
        },
      },
      NOW,
    )
    database = place.open()
    uids = await populate(database)
  })
  afterAll(() => place.drop())

  it('need far fewer statements than requests', async () => {
    counter.take()
    await Promise.all(uids.map((uid) => findTokenHolder(database.read, { uid, sessionId: undefined })))
    expect(counter.take().length).toBeLessThan(ACCOUNTS / 4)
  })

  it('are all answered although the connection of their statement breaks', async () => {
    const [locking, looking] = [1, 2].map(() => new pg.Client({ connectionString: place.url })) as [
      pg.Client,
      pg.Client,
    ]
    await Promise.all([locking.connect(), looking.connect()])
    await locking.query('begin; lock table accounts in access exclusive mode')
    const lookups = Promise.all(uids.map((uid) => findTokenHolder(database.read, { uid, sessionId: undefined })))
    const waiting = `select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
    const pid = async () => (await looking.query<{ pid: number }>(waiting)).rows[0]?.pid
    await expect.poll(pid, { interval: 5 }).toBeDefined()
    await looking.query('select pg_terminate_backend($1)', [await pid()])
    await locking.query('rollback')
    expect((await lookups).map(({ account }) => account?.username)).toEqual(uids.map((_, nth) => `user-${nth}`))
    await Promise.all([locking.end(), looking.end()])
  })
})
