import { setImmediate as turn } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AccountOrder, type AccountPosition, accountOrders } from '../../src/accounts/account-search.ts'
import { searchAccounts } from '../../src/accounts/account-search-store.ts'
import { createAccount } from '../../src/accounts/account-store.ts'
import { type Database, openDatabase } from '../../src/storage/database.ts'
import { migrate } from '../../src/storage/migrate.ts'
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
    const rest = { lastName: '', email: '', phoneNumber: '', isStaff: false, isSuperuser: false }
    await database.inTransaction(async (tx) => {
      for (let nth = 0; nth < PEOPLE; nth++) {
        const username = `user${(nth * 17) % PEOPLE}`
        const firstName = nth % 13 === 7 ? 'rare' : 'common'
        // Several with the same time, and some that never logged in.
        const account = await createAccount(tx, { ...rest, username, firstName }, 'folded', NOW + (nth % 7))
        const last_login_at = nth % 3 === 0 ? null : NOW + (nth % 5)
        await tx.updateTable('accounts').set({ last_login_at }).where('id', '=', Number(account?.id)).execute()
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
    expect(turns).toBeGreaterThanOrEqual(PEOPLE / 2)
  })
})
