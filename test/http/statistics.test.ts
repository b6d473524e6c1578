import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addStaff, addSuperuser, type Person } from '../support/administrators.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { statementsOf } from '../support/recorded-statements.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, logIn, logOut, refresh, rotated } from '../support/v1-client.ts'

const HOUR = 3_600_000

type Bucket = { at: string } & Record<string, number | string>

describe.each(databases)('statistics on $name', (database) => {
  let app: TestApp
  let root: Person
  beforeEach(async () => {
    app = await startTestApp({ database })
    root = await addSuperuser(app, 'root')
  })
  afterEach(() => app.close())

  async function read(query = ''): Promise<Bucket[]> {
    const { status, json, text } = await root.ask('GET', `admin/statistics${query}`)
    if (status !== 200) throw new Error(text)
    return (json as { buckets: Bucket[] }).buckets
  }
  const sumOf = (buckets: Bucket[], name: string) => buckets.reduce((sum, bucket) => sum + Number(bucket[name]), 0)

  it('count what happens, in whichever process', async () => {
    const before = await read()
    const other = await app.another()
    await addAccount(app, 'ann')
    for (const one of [app, other]) {
      const tokens = await logIn(one, 'ann')
      await rotated(one, tokens.refresh_token)
      await refresh(one, 'no.token.atall')
      await sendJson(one.url, 'POST', '/api/v1/login', { body: { username: 'ann', password: 'wrong horse 9' } })
    }
    const last = await logIn(app, 'ann')
    await logOut(app, last.refresh_token)
    await other.close()
    const after = await read()
    const rise = (name: string) => sumOf(after, name) - sumOf(before, name)
    expect([rise('sign_ins'), rise('failed_sign_ins'), rise('refreshes'), rise('refused_refreshes')]).toEqual([
      3, 2, 2, 2,
    ])
    expect([rise('new_accounts'), rise('ended_sessions'), rise('replays')]).toEqual([1, 1, 0])
  })

  it('have a bucket for every hour or day, even if nothing happened', async () => {
    const hours = await read()
    expect([24, 25]).toContain(hours.length)
    for (const [index, { at }] of hours.entries()) {
      expect(Date.parse(at) % HOUR).toBe(0)
      if (index > 0) expect(Date.parse(at) - Date.parse(hours[index - 1]?.at ?? '')).toBe(HOUR)
    }
    expect(sumOf(hours.slice(0, -2), 'sign_ins')).toBe(0)
    expect(sumOf(hours, 'sign_ins')).toBeGreaterThan(0)
    const days = await read('?step=day')
    expect([30, 31]).toContain(days.length)
    expect(sumOf(days, 'sign_ins')).toBe(sumOf(hours, 'sign_ins'))
  })

  it('survive the end of a process, and cost a request no statement', async () => {
    const tokens = await logIn(app, 'root')
    const statements = await statementsOf(app.app.database, () => rotated(app, tokens.refresh_token))
    expect(statements.filter(({ sql }) => sql.includes('hourly_counts'))).toEqual([])
    const before = sumOf(await read(), 'refreshes')
    app = await app.restart()
    const { json } = await sendJson(app.url, 'GET', '/api/v1/admin/statistics', { token: root.token })
    expect(sumOf((json as { buckets: Bucket[] }).buckets, 'refreshes')).toBe(before)
  })

  it('are refused for ranges that make no sense, and to staff who may not view them', async () => {
    for (const query of [
      '?since=2030-01-02T00:00:00Z&until=2030-01-01T00:00:00Z',
      '?step=minute',
      '?since=yesterday',
    ]) {
      expect((await root.ask('GET', `admin/statistics${query}`)).status).toBe(400)
    }
    expect((await root.ask('GET', 'admin/statistics?since=2020-01-01T00:00:00Z')).status).toBe(400)
    const staff = await addStaff(app, 'clerk', 'outbox.view')
    expect((await staff.ask('GET', 'admin/statistics')).status).toBe(403)
    const viewer = await addStaff(app, 'viewer', 'statistics.view')
    expect((await viewer.ask('GET', 'admin/statistics')).status).toBe(200)
  })

  it('are deleted after 400 days', async () => {
    await app.app.database.inTransaction(async (tx) => {
      const hour = app.clock.now() - (app.clock.now() % HOUR) - 401 * 24 * HOUR
      await tx.insertInto('hourly_counts').values({ hour, name: 'sign_ins', count: 5 }).execute()
    })
    await logIn(app, 'root')
    app = await app.restart()
    const rows = await app.app.database.read
      .selectFrom('hourly_counts')
      .select('count')
      .where('count', '=', 5)
      .execute()
    expect(rows).toEqual([])
  })
})
