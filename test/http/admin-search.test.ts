import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addPerson, addSuperuser, type Person } from '../support/administrators.ts'
import { databases } from '../support/databases.ts'
import { type JsonAnswer, sendJson } from '../support/http-client.ts'
import { addTotp } from '../support/second-factors.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, codeOf, logIn } from '../support/v1-client.ts'

const DAY = 86_400_000

type Page = { users: { id: number; username: string }[]; next: string | null }

describe.each(databases)('the list of accounts on $name', (database) => {
  let app: TestApp
  let root: Person
  beforeAll(async () => {
    app = await startTestApp({ database, settings: { ACCESS_TOKEN_LIFETIME: '30d', REFRESH_TOKEN_LIFETIME: '30d' } })
    root = await addSuperuser(app, 'root')
  })
  afterAll(() => app.close())

  const list = (query: Record<string, string | number | boolean>) =>
    root.ask(
      'GET',
      `admin/users?${new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]))}`,
    )
  const namesIn = ({ status, json, text }: JsonAnswer) => {
    if (status !== 200) throw new Error(text)
    return (json as Page).users.map(({ username }) => username)
  }
  const found = async (query: Record<string, string | number | boolean>) =>
    namesIn(await list({ limit: 200, ...query }))

  /** All pages, one after another; `between` runs before each but the first. */
  async function readAll(
    query: Record<string, string | number>,
    between = async (_page: Page) => {},
  ): Promise<string[]> {
    const names: string[] = []
    let cursor: string | null = null
    do {
      const answer = await list({ ...query, ...(cursor !== null && { cursor }) })
      names.push(...namesIn(answer))
      const page = answer.json as Page
      cursor = page.next
      if (cursor !== null) await between(page)
    } while (cursor !== null)
    return names
  }

  describe('searched', () => {
    beforeAll(async () => {
      await addAccount(app, 'ada', { firstName: 'Ada', lastName: 'Lovelace', email: 'countess@example.org' })
      await addAccount(app, 'Élodie', { firstName: 'Élodie', lastName: 'Ångström', email: 'e@exämple.org' })
      await addAccount(app, 'hundred', { firstName: '100% sure', lastName: 'under_score', email: 'a!b@example.org' })
      await addAccount(app, 'quote', { firstName: "O'Brien", lastName: 'back\\slash' })
    })

    it.each([
      ['ada', ['ada']],
      ['ADA', ['ada']],
      ['love', ['ada']],
      ['countess@', ['ada']],
      ['lace ada', ['ada']],
      ['  ada   countess ', ['ada']],
      ['ada root', []],
      ['élodie', ['Élodie']],
      ['ÉLODIE', ['Élodie']],
      ['ångström', ['Élodie']],
      ['Ｅlodie', []],
      ['ａｄａ', ['ada']],
      ['%', ['hundred']],
      ['0%', ['hundred']],
      ['r_s', ['hundred']],
      ['_', ['hundred']],
      ['!', ['hundred']],
      ['a!b', ['hundred']],
      ["o'b", ['quote']],
      ['\\', ['quote']],
      ["' or 1=1 --", []],
      ["%' or '1'='1", []],
      ["'; drop table accounts; --", []],
      ['nobody', []],
    ])('for %j finds %j', async (search, names) => {
      expect(await found({ search })).toEqual(names)
    })

    it('without words finds all', async () => {
      expect(await found({ search: ' ' })).toEqual(await found({}))
    })

    it.each([
      ['a'.repeat(201), 400],
      ['a\0b', 400],
      ['%'.repeat(200), 200],
      ['a '.repeat(100), 200],
    ])('for %j answers %s', async (search, status) => {
      expect((await list({ search })).status).toBe(status)
    })
  })

  describe('filtered', () => {
    let staff: Person
    beforeAll(async () => {
      staff = await addPerson(app, 'filter-staff', { isStaff: true })
      await addAccount(app, 'filter-never')
      await root.ask('POST', 'admin/users', {
        username: 'filter-verified',
        email: 'v@example.org',
        email_verified: true,
      })
      await root.ask('POST', 'admin/users', { username: 'filter-inactive', is_active: false })
    })
    const all = ['filter-staff', 'filter-never', 'filter-verified', 'filter-inactive']

    it.each([
      [{ is_active: false }, ['filter-inactive']],
      [{ is_active: true }, ['filter-staff', 'filter-never', 'filter-verified']],
      [{ is_staff: true }, ['filter-staff']],
      [{ is_superuser: true }, []],
      [{ is_superuser: false, is_staff: false }, ['filter-never', 'filter-verified', 'filter-inactive']],
      [{ email_verified: true }, ['filter-verified']],
      [{ email_verified: false, is_active: true }, ['filter-staff', 'filter-never']],
    ])('by %j', async (filter, names) => {
      expect(await found({ search: 'filter-', ...filter })).toEqual(names)
    })

    it('by second factor', async () => {
      await addAccount(app, 'factor-with')
      await addAccount(app, 'factor-without')
      const { access_token } = await logIn(app, 'factor-with')
      const pending = { token: access_token, body: { factor: 'totp' } }
      await sendJson(app.url, 'POST', '/api/v1/me/factors', pending)
      expect(await found({ search: 'factor-', second_factor: true })).toEqual([])
      await addTotp(app, access_token)
      expect(await found({ search: 'factor-', second_factor: true })).toEqual(['factor-with'])
      expect(await found({ search: 'factor-', second_factor: false })).toEqual(['factor-without'])
      expect(await found({ second_factor: true })).toEqual(['factor-with'])
      const { json } = await root.ask('GET', 'admin/users?search=factor-&order=username')
      const listed = (json as { users: { username: string; second_factor: boolean }[] }).users
      expect(listed.map(({ username, second_factor: isHeld }) => [username, isHeld])).toEqual([
        ['factor-with', true],
        ['factor-without', false],
      ])
      const { text } = await root.ask(
        'GET',
        'admin/users/export?search=factor-&order=username&columns=username,second_factor',
      )
      expect(text.split('\r\n').slice(1, 3)).toEqual(['"factor-with","true"', '"factor-without","false"'])
    })

    it('by group', async () => {
      const { json } = await root.ask('POST', 'admin/groups', { name: 'Filtered' })
      const { id } = json as { id: number }
      await root.ask('PUT', `admin/groups/${id}/members/${staff.id}`)
      expect(await found({ group: id })).toEqual(['filter-staff'])
      expect(await found({ group: id + 1 })).toEqual([])
    })

    it('by when they were created and last logged in', async () => {
      const before = new Date(app.clock.now()).toISOString()
      app.clock.advance(DAY)
      const after = new Date(app.clock.now()).toISOString()
      await addPerson(app, 'filter-later')
      expect(await found({ search: 'filter-', created_from: after })).toEqual(['filter-later'])
      expect(await found({ search: 'filter-', created_before: after })).toEqual(all)
      expect(await found({ search: 'filter-', last_login_from: after })).toEqual(['filter-later'])
      expect(await found({ search: 'filter-', last_login_before: before })).toEqual(['filter-staff'])
      expect(await found({ search: 'filter-', created_from: after, created_before: after })).toEqual([])
    })

    it.each([
      { is_active: 'perhaps' },
      { is_staff: '' },
      { is_stafff: 'true' },
      { group: 'Editors' },
      { group: '1 or 1=1' },
      { group: 0 },
      { created_from: 'yesterday' },
      { created_from: '2026-02-30T00:00:00Z' },
      { last_login_before: '1 or 1=1' },
      { limit: 0 },
      { limit: 201 },
      { limit: 'all' },
      { limit: -1 },
      { order: 'password' },
      { order: 'id; drop table accounts' },
      { order: '--id' },
      { order: 'id,username' },
      { order: '' },
      { cursor: '' },
      { cursor: "' or 1=1" },
      { cursor: Buffer.from('["id",1,"1 or 1=1"]').toString('base64url') },
    ])('not by %j', async (query) => {
      const answer = await list(query)
      expect([answer.status, codeOf(answer)]).toEqual([400, 'invalid_fields'])
    })

    it('not by the same parameter twice', async () => {
      expect((await root.ask('GET', 'admin/users?order=id&order=username')).status).toBe(400)
      expect((await root.ask('GET', 'admin/users?search=a&search=b')).status).toBe(400)
    })
  })

  describe('in pages', () => {
    const people = ['page-c', 'page-A', 'page-b', 'page-e', 'page-d']
    beforeAll(async () => {
      for (const name of people) await addAccount(app, name)
      for (const name of ['page-d', 'page-A', 'page-c']) {
        app.clock.advance(1_000)
        await logIn(app, name)
      }
    })

    it.each([
      ['id', people],
      ['username', ['page-A', 'page-b', 'page-c', 'page-d', 'page-e']],
      ['created_at', people],
      ['last_login_at', ['page-b', 'page-e', 'page-d', 'page-A', 'page-c']],
    ])('by %s, contains each account once, in order and in reverse', async (order, names) => {
      for (const limit of [1, 2, 5, 200]) {
        expect(await readAll({ search: 'page-', order, limit })).toEqual(names)
        expect(await readAll({ search: 'page-', order: `-${order}`, limit })).toEqual(names.toReversed())
      }
    })

    it('begins with the oldest by default, and shows 50', async () => {
      expect((await found({})).slice(0, 1)).toEqual(['root'])
      for (let nth = 0; nth < 50; nth++) await addAccount(app, `crowd-${nth}`)
      const { json } = await list({ search: 'crowd-' })
      expect((json as Page).users).toHaveLength(50)
      expect((json as Page).next).toBeNull()
    })

    it('refuses a cursor of another order', async () => {
      const { next } = (await list({ order: 'id', limit: 1 })).json as Page
      expect((await list({ order: '-id', cursor: String(next) })).status).toBe(400)
      expect((await list({ order: 'username', cursor: String(next) })).status).toBe(400)
    })

    it('loses nobody and shows nobody twice while others are created and deleted', async () => {
      const stay = Array.from({ length: 12 }, (_, nth) => `keyset-stay${String(nth).padStart(2, '0')}`)
      for (const name of stay) {
        await addAccount(app, name)
        await addAccount(app, `${name}-goes`)
      }
      let round = 0
      for (const order of ['id', '-id', 'username', '-username', 'created_at']) {
        const seen = await readAll({ search: 'keyset-', order, limit: 3 }, async ({ users }) => {
          round++
          await addAccount(app, `keyset-new${round}`)
          await addAccount(app, `keyset-0new${round}`)
          // The very account that the next page begins after, and one that it has not reached yet.
          const last = users.at(-1)?.username ?? ''
          for (const name of [last, `${stay[round % 12]}-goes`]) {
            if (name.endsWith('-goes') || name.includes('new')) await app.administer('delete', name).catch(() => {})
          }
        })
        expect(seen.filter((name) => stay.includes(name)).toSorted()).toEqual(stay)
        expect(new Set(seen).size).toBe(seen.length)
      }
    })
  })
})
