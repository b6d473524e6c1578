import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addPerson, addStaff, addSuperuser, type Person } from '../support/administrators.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount } from '../support/v1-client.ts'

type Line = {
  done: number
  unchanged: number
  failed: { id: number; username: string | null; code: string }[]
  share: number
  last_id: number | null
  end: string | null
  problem: { code: string } | null
}

const MANY = 120

describe.each(databases)('a change of all of many accounts in one request, on $name', (database) => {
  let app: TestApp
  let root: Person
  const ids: number[] = []

  beforeAll(async () => {
    app = await startTestApp({ database })
    root = await addSuperuser(app, 'root')
    for (let number = 0; number < MANY; number++) ids.push((await addAccount(app, `person${number}`)).id)
  }, 60_000)
  afterAll(() => app.close())

  async function run(
    person: Person,
    body: object,
  ): Promise<{ status: number; code: string; lines: Line[]; last: Line }> {
    const { status, text, json } = await person.ask('POST', 'admin/users/bulk/stream', body)
    if (status !== 200) return { status, code: (json as { code: string }).code, lines: [], last: {} as Line }
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line)
    return { status, code: '', lines, last: lines.at(-1) as Line }
  }
  const events = async (event: string) =>
    ((await root.ask('GET', `admin/events?event=${event}&limit=5`)).json as { events: Record<string, unknown>[] })
      .events

  it('reaches every account that matches a filter, and reports its progress', async () => {
    const { lines, last } = await run(root, { action: 'deactivate', filter: { search: 'person' } })
    expect(last).toMatchObject({ done: MANY, unchanged: 0, failed: [], share: 1, end: 'finished', problem: null })
    expect(lines.map(({ done }) => done)).toEqual([100, MANY, MANY])
    expect(lines.map(({ share }) => share)).toEqual(lines.map(({ share }) => share).toSorted())
    expect((await run(root, { action: 'deactivate', filter: { search: 'person' } })).last).toMatchObject({
      done: 0,
      unchanged: MANY,
    })
    // The change removes accounts from the filter while the run continues, and still reaches all of them.
    expect((await run(root, { action: 'activate', filter: { is_active: false } })).last.done).toBe(MANY)
  })

  it('reaches a selection, and names those that fail', async () => {
    const { last, lines } = await run(root, { action: 'deactivate', ids: [...ids, ...ids, root.id, 999_999] })
    expect(last).toMatchObject({ done: MANY, end: 'finished' })
    expect(lines.flatMap(({ failed }) => failed)).toEqual([
      { id: root.id, username: 'root', code: 'own_account' },
      { id: 999_999, username: null, code: 'not_found' },
    ])
    expect((await run(root, { action: 'activate', ids })).last.done).toBe(MANY)
  })

  it('continues where another run stopped', async () => {
    const { last } = await run(root, { action: 'deactivate', ids, after: ids[99] })
    expect(last.done).toBe(MANY - 100)
    const byFilter = await run(root, { action: 'activate', filter: { search: 'person' }, after: ids[99] })
    expect(byFilter.last).toMatchObject({ done: MANY - 100, unchanged: 0 })
  })

  it('refuses an impossible change before it begins', async () => {
    const viewer = await addStaff(app, 'viewer', 'accounts.view')
    expect(await run(viewer, { action: 'deactivate', filter: {} })).toMatchObject({ status: 403 })
    expect(await run(await addPerson(app, 'plain'), { action: 'deactivate', filter: {} })).toMatchObject({
      status: 403,
    })
    expect(await run(root, { action: 'deactivate' })).toMatchObject({ status: 400 })
    expect(await run(root, { action: 'deactivate', filter: {}, ids })).toMatchObject({ status: 400 })
    expect(await run(root, { action: 'deactivate', filter: { is_actve: true } })).toMatchObject({ status: 400 })
    expect(await run(root, { action: 'deactivate', ids: [] })).toMatchObject({ status: 400 })
    expect(await run(root, { action: 'add_to_group', ids })).toMatchObject({ status: 400 })
    expect(await run(root, { action: 'add_to_group', ids, group_id: 4711 })).toMatchObject({ status: 404 })
    expect((await run(root, { action: 'deactivate', filter: { search: 'nobody' } })).last).toMatchObject({
      done: 0,
      end: 'finished',
    })
  })

  it('has events at its beginning and end that say who did it and how it ended', async () => {
    await run(root, { action: 'end_sessions', ids: ids.slice(0, 3) })
    expect((await events('bulk.started'))[0]).toMatchObject({
      actor: { account_id: root.id },
      facts: { action: 'end_sessions' },
    })
    expect((await events('bulk.ended'))[0]).toMatchObject({
      actor: { account_id: root.id },
      facts: { action: 'end_sessions', done: 0, unchanged: 3, failed: 0, is_complete: true },
    })
  })

  it('makes each change once if two run at the same time', async () => {
    const filter = { search: 'person' }
    const both = await Promise.all([1, 2].map(() => run(root, { action: 'deactivate', filter })))
    expect(both.map(({ last }) => last.end)).toEqual(['finished', 'finished'])
    expect(both.reduce((sum, { last }) => sum + last.done, 0)).toBe(MANY)
    await run(root, { action: 'activate', filter })
  })

  it('leaves one superuser if two deactivate each other', async () => {
    const pair = [await addSuperuser(app, 'first-of-two'), await addSuperuser(app, 'second-of-two')]
    const filter = { is_superuser: true, search: 'of-two' }
    const runs = await Promise.all(pair.map((one) => run(one, { action: 'deactivate', filter })))
    // The slower one is stopped, or refused before it begins.
    expect(runs.reduce((sum, { last: { done = 0 } }) => sum + done, 0)).toBe(1)
    const left = await Promise.all(
      pair.map(async ({ username, token }) => {
        const { status } = await sendJson(app.url, 'GET', '/api/v1/me', { token })
        return status === 200 ? [username] : []
      }),
    )
    expect(left.flat()).toHaveLength(1)
  })

  it('stops when the session of the administrator ends, and when the client disconnects', async () => {
    const changer = await addStaff(app, 'changer', 'accounts.view', 'accounts.change')
    const lines: Line[] = []
    for await (const line of open(changer, { action: 'deactivate', filter: { search: 'person' } })) {
      lines.push(line)
      if (lines.length === 1) await sendJson(app.url, 'POST', '/api/v1/logout', { token: changer.token, body: {} })
    }
    const last = lines.at(-1)
    // It may have finished already. It must never continue after the logout without saying so.
    if (last?.end === 'stopped') expect(last.problem?.code).toBe('logout')
    else expect(last).toMatchObject({ end: 'finished' })
    for await (const _line of open(root, { action: 'activate', filter: { search: 'person' } })) break
    await expect
      .poll(async () => (await events('bulk.ended'))[0]?.facts, { timeout: 20_000 })
      .toMatchObject({
        action: 'activate',
      })
  })

  it('ends in order when the server stops, and its end is recorded', async () => {
    const own = await startTestApp({ database })
    const admin = await addSuperuser(own, 'root')
    for (let number = 0; number < 210; number++) await addAccount(own, `person${number}`)
    const lines: Line[] = []
    let stopped: Promise<TestApp> | undefined
    for await (const line of open(admin, { action: 'deactivate', filter: { search: 'person' } }, own.url)) {
      lines.push(line)
      stopped ??= own.restart()
    }
    const again = await stopped
    const log = again?.log ?? []
    expect(log.filter((line) => line.includes('unexpected error'))).toEqual([])
    expect(['finished', 'stopped']).toContain(lines.at(-1)?.end)
    const { token } = await addSuperuser(again as TestApp, 'second')
    const { json } = await sendJson(again?.url ?? '', 'GET', '/api/v1/admin/events?event=bulk.ended', { token })
    expect((json as { events: object[] }).events).toHaveLength(1)
    await again?.close()
  }, 60_000)

  /** The lines as they arrive. */
  async function* open(person: Person, body: object, url = app.url): AsyncGenerator<Line> {
    const sent = request(`${url}/api/v1/admin/users/bulk/stream`, {
      method: 'POST',
      headers: { authorization: `Bearer ${person.token}`, 'content-type': 'application/json' },
    })
    sent.end(JSON.stringify(body))
    const answer = await new Promise<NodeJS.ReadableStream & { destroy(): void }>((resolve, reject) => {
      sent.on('response', resolve)
      sent.on('error', reject)
    })
    let rest = ''
    try {
      for await (const piece of answer) {
        const lines = (rest + String(piece)).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) yield JSON.parse(line) as Line
      }
    } finally {
      sent.destroy()
    }
  }
})
