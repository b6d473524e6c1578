import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addStaff, addSuperuser, type Person } from '../support/administrators.ts'
import { databases } from '../support/databases.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, logIn } from '../support/v1-client.ts'

type Bulk = { done: number; unchanged: number; failed: { id: number; username: string | null; code: string }[] }
type Recorded = { event: string; facts: Record<string, unknown>; actor: object; session_id: string | null }

describe.each(databases)('accounts that are changed in batches, on $name', (database) => {
  let app: TestApp
  let root: Person
  let people = 0
  beforeAll(async () => {
    app = await startTestApp({ database })
    root = await addSuperuser(app, 'root')
  })
  afterAll(() => app.close())

  const someone = async () => {
    const username = `person${++people}`
    return { username, id: (await addAccount(app, username, { email: `${username}@example.org` })).id }
  }
  const someMore = (count: number) => Promise.all(Array.from({ length: count }, someone))
  const bulk = async (person: Person, body: object) => (await person.ask('POST', 'admin/users/bulk', body)).json as Bulk
  const eventsOf = async (id: number) => {
    const { json } = await root.ask('GET', `admin/events?account_id=${id}&limit=50`)
    return (json as { events: Recorded[] }).events
      .filter(({ actor }) => 'account_id' in actor && actor.account_id === root.id)
      .map(({ event, facts, session_id: session }) => ({ event, facts, hasSession: session !== null }))
  }
  const aGroup = async () =>
    ((await root.ask('POST', 'admin/groups', { name: `Group ${++people}` })).json as { id: number }).id

  it.each([
    ['deactivate', (id: number) => root.ask('POST', `admin/users/${id}/deactivate`)],
    ['end_sessions', (id: number) => root.ask('DELETE', `admin/sessions?account_id=${id}`)],
    ['force_password_reset', (id: number) => root.ask('POST', `admin/users/${id}/force-password-reset`)],
    ['delete', (id: number) => root.ask('DELETE', `admin/users/${id}`)],
  ] as const)('record the same events as one account: %s', async (action, single) => {
    const [one, other, third] = await someMore(3)
    if (one === undefined || other === undefined || third === undefined) throw new Error('three are needed')
    for (const { username } of [one, other, third]) await logIn(app, username)
    expect((await single(one.id)).status).toBeLessThan(300)
    expect(await bulk(root, { action, ids: [other.id, third.id] })).toMatchObject({ done: 2, failed: [] })
    const expected = await eventsOf(one.id)
    expect(expected.length).toBeGreaterThan(0)
    const comparable = (events: typeof expected) =>
      events.map(({ facts: { uid: _, ...facts }, ...event }) => ({ ...event, facts }))
    expect(comparable(await eventsOf(other.id))).toEqual(comparable(expected))
    expect(comparable(await eventsOf(third.id))).toEqual(comparable(expected))
  })

  it('record the end of each of their sessions once', async () => {
    const two = await someMore(2)
    for (const { username } of [...two, ...two, ...two]) await logIn(app, username)
    await bulk(root, { action: 'end_sessions', ids: two.map(({ id }) => id) })
    for (const { id } of two) {
      const { json } = await root.ask('GET', `admin/events?account_id=${id}&limit=50`)
      const { events } = json as { events: Recorded[] }
      const sessionsOf = (name: string) => events.filter(({ event }) => event === name).map((one) => one.session_id)
      expect(sessionsOf('session.ended')).toHaveLength(3)
      expect(new Set(sessionsOf('session.ended'))).toEqual(new Set(sessionsOf('login.succeeded')))
    }
  })

  it('join a group with the events of one account, and existing members stay as they are', async () => {
    const group = await aGroup()
    const [one, other] = await someMore(2)
    await root.ask('PUT', `admin/groups/${group}/members/${one?.id}`)
    const ids = [one?.id, other?.id]
    expect(await bulk(root, { action: 'add_to_group', group_id: group, ids })).toMatchObject({ done: 1, unchanged: 1 })
    expect(await eventsOf(other?.id ?? 0)).toEqual(await eventsOf(one?.id ?? 0))
  })

  it('are each refused for the same reason as one account, and do not hold up the others', async () => {
    const changer = await addStaff(app, 'changer', 'accounts.view', 'accounts.change', 'accounts.delete')
    const stronger = await addStaff(app, 'stronger', 'accounts.view', 'keys.change')
    const weaker = await addStaff(app, 'weaker', 'accounts.view')
    const [one] = await someMore(1)
    const ids = [root.id, stronger.id, changer.id, weaker.id, one?.id, 999_999]
    const failed = [
      { id: root.id, username: 'root', code: 'permission_denied' },
      { id: stronger.id, username: 'stronger', code: 'permission_denied' },
      { id: changer.id, username: 'changer', code: 'own_account' },
      { id: 999_999, username: null, code: 'not_found' },
    ]
    expect(await bulk(changer, { action: 'deactivate', ids })).toEqual({ done: 2, unchanged: 0, failed, next: null })
    expect(await bulk(changer, { action: 'force_password_reset', ids })).toMatchObject({ done: 2, failed })
    expect(await bulk(changer, { action: 'delete', ids })).toMatchObject({ done: 2, failed })
    expect(await bulk(root, { action: 'end_sessions', ids: [999_999] })).toMatchObject({ done: 0, unchanged: 1 })
  })

  it('are changed once, even if sixteen administrators change them at the same moment', async () => {
    const all = await someMore(40)
    const ids = all.map(({ id }) => id)
    const admins = await Promise.all(Array.from({ length: 4 }, (_, nth) => addSuperuser(app, `admin${nth}`)))
    const actions = ['deactivate', 'activate', 'end_sessions', 'delete'] as const
    const answers = await Promise.all(
      admins.flatMap((admin, nth) =>
        actions.map(async (action) => {
          const inTurn = nth % 2 === 0 ? ids : ids.toReversed()
          return { action, ...(await admin.ask('POST', 'admin/users/bulk', { action, ids: inTurn })) }
        }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(16).fill(200))
    const deleted = answers.flatMap(({ action, json }) => (action === 'delete' ? [(json as Bulk).done] : []))
    expect(deleted.reduce((sum, done) => sum + done, 0)).toBe(ids.length)
    for (const { json, action } of answers) {
      const { done, unchanged, failed } = json as Bulk
      expect({ action, total: done + unchanged + failed.length }).toEqual({ action, total: ids.length })
      expect(new Set(failed.map(({ code }) => code))).toEqual(failed.length > 0 ? new Set(['not_found']) : new Set())
    }
  })

  it('keep their count right if one of them is deleted by its owner in the meantime', async () => {
    const all = await someMore(30)
    const [owner] = all
    const [{ done, failed }, gone] = await Promise.all([
      bulk(root, { action: 'force_password_reset', ids: all.map(({ id }) => id) }),
      root.ask('DELETE', `admin/users/${owner?.id}`),
    ])
    expect(gone.status).toBe(204)
    expect(done + failed.length).toBe(30)
    expect(failed.every(({ id, code }) => id === owner?.id && code === 'not_found')).toBe(true)
  })
})
