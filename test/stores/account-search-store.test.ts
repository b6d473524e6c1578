import { setImmediate as turn } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAccount } from '../../src/accounts/account-store.ts'
import { type AccountOrder, type AccountPosition, accountOrders } from '../../src/accounts/search/account-search.ts'
import { searchAccounts } from '../../src/accounts/search/account-search-store.ts'
import { type Database, openDatabase } from '../../src/storage/database.ts'
import { migrate } from '../../src/storage/migrate.ts'
import type { AccountsTable, RowOf } from '../../src/storage/tables.ts'
import { blankAccount } from '../support/blank-account.ts'
import { databases } from '../support/databases.ts'

const NOW = 1_900_000_000_000
const PEOPLE = 20
const rare = { search: 'rare' }

describe.each(databases)('lists of accounts on $name', ({ create }) => {
  let place: { url: string; drop(): Promise<void> }
  let database: Database

  beforeAll(async () => {
    place = await create()
    database = openDatabase(place.url)
    await migrate(database, NOW)
    await database.inTransaction(async (tx) => {
      for (let nth = 0; nth < PEOPLE; nth++) {
        const username = `user${(nth * 17) % PEOPLE}`
        const firstName = nth % 13 === 7 ? 'rare' : 'common'
        // Several with the same time, and some that never logged in.
        const account = await createAccount(
          tx,
          { ...blankAccount, username, firstName, isStaff: nth % 9 === 2 },
          'folded',
          NOW + (nth % 7),
        )
        const last_login_at = nth % 3 === 0 ? null : NOW + (nth % 5)
        await tx
          .updateTable('accounts')
          .set({ last_login_at, deactivated_at: nth % 8 === 5 ? NOW : null })
          .where('id', '=', Number(account?.id))
          .execute()
      }
    })
  })
  afterAll(async () => {
    await database.close()
    await place.drop()
  })

  /** The names of all pages, one after another. */
  async function read(order: AccountOrder, filter: object, limit: number, stretch?: number): Promise<string[]> {
    const names: string[] = []
    let after: AccountPosition | undefined
    do {
      const page = await searchAccounts(database.read, { filter, order, after, limit }, stretch)
      names.push(...page.accounts.map(({ username }) => username))
      after = page.end
    } while (after !== undefined)
    return names
  }

  it.each<[string, object, (row: RowOf<AccountsTable>) => boolean]>([
    ['created from a moment on', { createdFrom: NOW + 5 }, (row) => row.created_at >= NOW + 5],
    ['created before a moment', { createdBefore: NOW + 1 }, (row) => row.created_at < NOW + 1],
    [
      'created in a period',
      { createdFrom: NOW + 2, createdBefore: NOW + 4 },
      (row) => [2, 3].includes(row.created_at - NOW),
    ],
    ['last used from a moment on', { lastLoginFrom: NOW + 3 }, (row) => (row.last_login_at ?? 0) >= NOW + 3],
    ['last used from the beginning', { lastLoginFrom: 0 }, (row) => row.last_login_at !== null],
    ['last used before a moment', { lastLoginBefore: NOW + 1 }, (row) => (row.last_login_at ?? Infinity) < NOW + 1],
    ['staff', { isStaff: true }, (row) => row.is_staff === 1],
    ['inactive', { isActive: false }, (row) => row.deactivated_at !== null],
    ['active', { isActive: true }, (row) => row.deactivated_at === null],
    ['active staff', { isActive: true, isStaff: true }, (row) => row.is_staff === 1 && row.deactivated_at === null],
  ])('have only accounts that are %s', async (_what, filter, matches) => {
    const rows = await database.read.selectFrom('accounts').selectAll().orderBy('username_key').execute()
    expect(await read('username', filter, 3)).toEqual(rows.filter(matches).map(({ username }) => username))
  })

  it.each(accountOrders)('by %s are the same whatever the size of the stretches they are read in', async (order) => {
    for (const filter of [{}, rare]) {
      const whole = await read(order, filter, PEOPLE)
      for (const stretch of [1, 7, PEOPLE]) {
        for (const limit of [2, PEOPLE]) expect(await read(order, filter, limit, stretch)).toEqual(whole)
      }
    }
    expect(await read(order, {}, PEOPLE, 3)).toHaveLength(PEOPLE)
    expect(await read(order, rare, PEOPLE, 3)).toHaveLength(1)
  })

  it('let other work run between the stretches of a long search', async () => {
    const search = searchAccounts(database.read, { filter: rare, order: 'id', limit: 50 }, 2)
    let isOver = false
    const over = search.finally(() => {
      isOver = true
    })
    let turns = 0
    while (!isOver) {
      await turn()
      turns++
    }
    await over
    // The steps grow on PostgreSQL, where a search blocks nobody.
    expect(turns).toBeGreaterThanOrEqual(database.kind === 'sqlite' ? PEOPLE / 2 : 4)
  })
})
