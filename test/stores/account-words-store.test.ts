import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rewriteAccount } from '../../src/accounts/account-change-store.ts'
import { changeEmail } from '../../src/accounts/account-email-store.ts'
import { deleteAccounts } from '../../src/accounts/account-state-store.ts'
import { createAccount, findAccount } from '../../src/accounts/account-store.ts'
import type { SearchMatch } from '../../src/accounts/search/account-search.ts'
import { searchAccounts } from '../../src/accounts/search/account-search-store.ts'
import { indexPending } from '../../src/accounts/search/account-words-store.ts'
import type { Database } from '../../src/storage/database.ts'
import { blankAccount } from '../support/blank-account.ts'
import { databases } from '../support/databases.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../support/migrated-database.ts'
import { planOf, statementsOf } from '../support/recorded-statements.ts'

const NOW = 1_900_000_000_000

describe.each(databases)('the words that find accounts, on $name', (kind) => {
  let place: MigratedDatabase
  let database: Database

  beforeAll(async () => {
    place = await createMigratedDatabase(kind, NOW)
    database = place.open()
    await add('grüße', {
      firstName: 'Jürgen',
      lastName: 'Weiß',
      email: 'JW@Straße.example',
      phoneNumber: '+49 30 1234567',
    })
    await add('istanbul', { firstName: 'İpek', lastName: 'Işık' })
    await add('sigma', {
      firstName: 'ΟΔΥΣΣΕΥΣ',
      uid: { text: '1B4E28BA-2fa1-41d2-883f-0016d3cca427', isNumber: false },
    })
    await add('wide', { firstName: 'Ａｄａ', lastName: 'Ne\u0301e' })
    for (let nth = 0; nth < 30; nth++) await add(`crowd${nth}`, { firstName: 'Many' })
  })
  afterAll(() => place.drop())

  async function add(username: string, facts: object): Promise<number> {
    const made = await database.inTransaction((tx) =>
      createAccount(tx, { username, ...blankAccount, ...facts }, 'folded', NOW),
    )
    return made?.id ?? expect.fail()
  }
  async function found(search: string, match?: SearchMatch): Promise<string[]> {
    const page = await searchAccounts(database.read, { filter: { search, match }, order: 'username', limit: 100 })
    return page.accounts.map(({ username }) => username)
  }

  it.each([
    ['GRÜSSE', 'grüße'],
    ['weiss', 'grüße'],
    ['WEIẞ', 'grüße'],
    ['ju\u0308rgen', 'grüße'],
    ['jw@strasse.example', 'grüße'],
    ['STRASSE', 'grüße'],
    ['+49301234567', 'grüße'],
    ['IPEK', 'istanbul'],
    ['ışık', 'istanbul'],
    ['οδυσσευς', 'sigma'],
    ['οδυσσ', 'sigma'],
    ['1b4e28ba', 'sigma'],
    ['ada', 'wide'],
    ['NÉE', 'wide'],
    ['ada née', 'wide'],
  ])('%s is found in any case and form, anywhere and by its beginning', async (search, username) => {
    expect(await found(search)).toEqual([username])
    expect(await found(search, 'prefix')).toEqual([username])
  })

  it('have no look-alikes, and none across two fields', async () => {
    for (const search of ['jurgen', 'jürgenweiß', 'jw@straße.examples']) {
      expect(await found(search)).toEqual([])
      expect(await found(search, 'prefix')).toEqual([])
    }
  })

  it('are found in the middle of a word only on request', async () => {
    expect(await found('tanbul')).toEqual(['istanbul'])
    expect(await found('tanbul', 'prefix')).toEqual([])
  })

  it('follow every change, and are deleted with the account', async () => {
    const id = await add('before', { email: 'old@example.org' })
    await database.inTransaction((tx) => rewriteAccount(tx, id, { username: 'after', lastName: 'Novak' }, 'folded'))
    await database.inTransaction(async (tx) => {
      const account = (await findAccount(tx, id)) ?? expect.fail()
      expect(await changeEmail(tx, account, 'new@example.net', undefined)).toBe(true)
    })
    for (const match of ['anywhere', 'prefix'] as const) {
      expect(await found('before', match)).toEqual([])
      expect(await found('old@', match)).toEqual([])
      expect(await found('novak new@example.net', match)).toEqual(['after'])
    }
    await database.inTransaction((tx) => deleteAccounts(tx, [id], NOW))
    expect(await found('novak', 'prefix')).toEqual([])
    const left = database.read.selectFrom('account_words').select('word').where('account_id', '=', id)
    expect(await left.execute()).toEqual([])
  })

  it('give the same results in pages, however many accounts begin with them', async () => {
    const names: string[] = []
    let after: { value: string | number; id: number } | undefined
    do {
      const asked = {
        filter: { search: 'crowd many', match: 'prefix' as const },
        order: '-username' as const,
        after,
        limit: 7,
      }
      const page = await searchAccounts(database.read, asked)
      names.push(...page.accounts.map(({ username }) => username))
      after = page.end
    } while (after !== undefined)
    expect(names).toHaveLength(30)
    expect(names).toEqual([...names].sort().reverse())
  })

  it('are derived in batches for accounts that came without them, once', async () => {
    const id = await add('imported', { lastName: 'Zuse' })
    await database.inTransaction(async (tx) => {
      await tx
        .updateTable('accounts')
        .set({ search_text: null })
        .where('username', 'in', ['imported', 'crowd1', 'crowd2'])
        .execute()
      await tx.deleteFrom('account_words').where('account_id', '=', id).execute()
    })
    expect(await found('zuse')).toEqual([])
    const batch = () => database.inTransaction((tx) => indexPending(tx, 2))
    expect([await batch(), await batch(), await batch()]).toEqual([2, 1, 0])
    expect([await found('zuse'), await found('zuse', 'prefix')]).toEqual([['imported'], ['imported']])
  })

  it('are read from an index if the beginning of a word is searched', async () => {
    if (database.kind === 'postgres') {
      // As large as a table must be for an index to pay off.
      await database.inTransaction((tx) =>
        sql`insert into account_words (word, account_id)
          select 'filler' || n, accounts.id from accounts, generate_series(1, 500) as n`.execute(tx),
      )
      await database.inTransaction((tx) => sql`analyze account_words`.execute(tx))
    }
    const statements = await statementsOf(database, () => found('istan', 'prefix'))
    const words = statements.find(({ sql: text }) => /from "account_words" where "word"/.test(text)) ?? expect.fail()
    const plan = await planOf(place.url, words)
    expect(plan).toMatch(/account_words_by_word/)
    expect(plan).not.toMatch(/Seq Scan|SCAN account_words(?! USING)/)
    // Then the accounts themselves, by their ids.
    const accounts = statements.find(({ sql: text }) => /from "accounts" where id in/.test(text)) ?? expect.fail()
    expect(await planOf(place.url, accounts)).toMatch(/accounts_pkey|INTEGER PRIMARY KEY|Seq Scan on accounts/)
  })
})
