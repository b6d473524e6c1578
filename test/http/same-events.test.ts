import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addSuperuser, type Person } from '../support/administrators.ts'
import { aCommandLine, type CommandLine, jsonOf } from '../support/command-line.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, logIn, PASSWORD } from '../support/v1-client.ts'

type Recorded = { id: number; event: string; facts: Record<string, unknown>; session_id: string | null }
type Subject = { id: number; username: string }

/** How one actor performs an operation on an account. */
type Way = (subject: Subject) => Promise<unknown>

/** A row of a CSV file before and after the operation; undefined: it is gone. */
type ImportedRow = [before: Record<string, string>, after: Record<string, string> | undefined]

describe.each(databases)('an operation records the same events whoever performs it, on $name', (database) => {
  let app: TestApp
  let root: Person
  let count = 0
  beforeAll(async () => {
    app = await startTestApp({ database })
    root = await addSuperuser(app, 'root')
  })
  afterAll(() => app.close())

  const aLine = () => aCommandLine({ databaseUrl: app.databaseUrl })
  const expectDone = async (answer: Promise<{ status: number; text: string }>) => {
    const { status, text } = await answer
    expect(status, text).toBeLessThan(300)
  }
  const run = async (line: CommandLine, ...words: string[]) => {
    const { code, out, err } = await line.run(...words)
    expect(code, out + err).toBe(0)
  }
  const bulk =
    (action: string, more: object = {}): Way =>
    ({ id }) =>
      expectDone(root.ask('POST', 'admin/users/bulk', { action, ids: [id], ...more }))

  async function latestEvents(query: string): Promise<Recorded[]> {
    return ((await root.ask('GET', `admin/events?limit=50&${query}`)).json as { events: Recorded[] }).events
  }

  /** What the audit log says about an account since then, except which account and session it is. */
  async function eventsSince(last: number, query: string) {
    const events = (await latestEvents(query)).filter(({ id }) => id > last).reverse()
    return events.map(({ event, facts: { uid: _, ...facts }, session_id }) => ({
      event,
      facts,
      hasSession: session_id !== null,
    }))
  }

  const lastEvent = async () => (await latestEvents(''))[0]?.id ?? 0

  async function eventsOf(way: Way, prepare: Way) {
    const username = `person${++count}`
    const subject = { username, id: (await addAccount(app, username, { email: `${username}@example.org` })).id }
    await prepare(subject)
    const last = await lastEvent()
    await way(subject)
    return eventsSince(last, `account_id=${subject.id}`)
  }

  async function eventsOfImport([before, after]: ImportedRow) {
    const line = aLine()
    const username = `person${++count}`
    const path = join(line.workingDirectory, 'users.csv')
    const columns = ['email', 'first_name', 'is_active', 'is_staff', 'is_superuser', 'groups']
    const command = ['import', 'csv', '--from', path, '--source', username, '--on-same-group', 'merge']
    const take = async (row: Record<string, string> | undefined) => {
      const all = { email: `${username}@example.org`, ...row }
      const own = [
        `${username},${username}`,
        ...columns.map((name) => (all as Record<string, string>)[name] ?? ''),
      ].join(',')
      const stays = `${username}-stays,${username}-stays,,,,,,`
      writeFileSync(path, ['uid,username', ...columns].join(',').concat('\n', row ? `${own}\n` : '', `${stays}\n`))
      await run(line, ...command)
    }
    await take(before)
    const { id } = await jsonOf(line, 'users', 'show', username)
    const last = await lastEvent()
    await take(after)
    return eventsSince(last, `account_id=${id}`)
  }

  async function expectSame(
    events: { event: string; facts?: object }[],
    ways: readonly Way[],
    { prepare = async () => {}, imported }: { prepare?: Way; imported?: ImportedRow } = {},
  ): Promise<void> {
    for (const way of ways) expect(await eventsOf(way, prepare)).toMatchObject(events)
    if (imported !== undefined) expect(await eventsOfImport(imported)).toMatchObject(events)
  }

  it('a deactivation, and an activation', async () => {
    const line = aLine()
    await expectSame(
      [{ event: 'account.deactivated', facts: {} }],
      [
        ({ id }) => expectDone(root.ask('POST', `admin/users/${id}/deactivate`)),
        bulk('deactivate'),
        ({ username }) => run(line, 'users', 'deactivate', username),
      ],
      { imported: [{}, { is_active: 'false' }] },
    )
    await expectSame(
      [{ event: 'account.activated', facts: {} }],
      [
        ({ id }) => expectDone(root.ask('POST', `admin/users/${id}/activate`)),
        bulk('activate'),
        ({ username }) => run(line, 'users', 'activate', username),
      ],
      {
        prepare: ({ username }) => app.administer('deactivate', username),
        imported: [{ is_active: 'false' }, { is_active: 'true' }],
      },
    )
  })

  it('a deletion, also by the owner', async () => {
    const line = aLine()
    await expectSame(
      [{ event: 'account.deleted', facts: {} }],
      [
        ({ id }) => expectDone(root.ask('DELETE', `admin/users/${id}`)),
        bulk('delete'),
        ({ username }) => run(line, 'users', 'delete', username, '--yes'),
      ],
      { imported: [{}, undefined] },
    )
    const events = await eventsOf(
      async ({ username }) => {
        const { access_token: token } = await logIn(app, username)
        await expectDone(sendJson(app.url, 'DELETE', '/api/v1/me', { token, body: { password: PASSWORD } }))
      },
      async () => {},
    )
    expect(events).toMatchObject([{ event: 'login.succeeded' }, { event: 'account.deleted', facts: {} }])
  })

  it('new rights', async () => {
    const line = aLine()
    await expectSame(
      [{ event: 'account.rights_changed', facts: { is_staff: true, is_superuser: true } }],
      [
        ({ id }) => expectDone(root.ask('PATCH', `admin/users/${id}`, { is_staff: true, is_superuser: true })),
        ({ username }) => run(line, 'users', 'promote', username),
      ],
      { imported: [{}, { is_staff: 'true', is_superuser: 'true' }] },
    )
  })

  it('a new superuser', async () => {
    const events = [
      { event: 'account.created', facts: {} },
      { event: 'account.rights_changed', facts: { is_staff: true, is_superuser: true } },
    ]
    const last = await lastEvent()
    const superuser = { username: `person${++count}`, is_staff: true, is_superuser: true }
    const { status, json } = await root.ask('POST', 'admin/users', superuser)
    expect(status).toBe(201)
    expect(await eventsSince(last, `account_id=${(json as Subject).id}`)).toMatchObject(events)
    const line = aLine()
    const username = `person${++count}`
    await run(line, 'users', 'create', username, '--superuser', '--no-password')
    const { id } = await jsonOf(line, 'users', 'show', username)
    expect(await eventsSince(last, `account_id=${id}`)).toMatchObject(events)
  })

  it('a new superuser from an import, which records no other new account', async () => {
    const line = aLine()
    const path = join(line.workingDirectory, 'users.csv')
    const [plain, superuser] = [`person${++count}`, `person${++count}`]
    writeFileSync(
      path,
      `uid,username,is_staff,is_superuser\n${plain},${plain},,\n${superuser},${superuser},true,true\n`,
    )
    const last = await lastEvent()
    await run(line, 'import', 'csv', '--from', path, '--source', plain)
    const eventsAbout = async (name: string) =>
      eventsSince(last, `account_id=${(await jsonOf(line, 'users', 'show', name)).id}`)
    expect(await eventsAbout(plain)).toEqual([])
    expect(await eventsAbout(superuser)).toMatchObject([
      { event: 'account.rights_changed', facts: { is_staff: true, is_superuser: true } },
    ])
  })

  it('a new name, and a new address that nobody has confirmed', async () => {
    await expectSame(
      [{ event: 'account.changed', facts: { fields: ['first_name'] } }],
      [({ id }) => expectDone(root.ask('PATCH', `admin/users/${id}`, { first_name: 'New' }))],
      { imported: [{ first_name: 'Old' }, { first_name: 'New' }] },
    )
    await expectSame(
      [{ event: 'account.changed', facts: { fields: ['email'] } }],
      [({ id }) => expectDone(root.ask('PATCH', `admin/users/${id}`, { email: `new${id}@example.org` }))],
      { imported: [{}, { email: `new${++count}@example.org` }] },
    )
  })

  it('a membership', async () => {
    const line = aLine()
    const name = `Readers ${++count}`
    const { id: group } = (await root.ask('POST', 'admin/groups', { name })).json as Subject
    const path = ({ id }: Subject) => `admin/groups/${group}/members/${id}`
    const facts = { group_id: group, name }
    await expectSame(
      [{ event: 'group.member_added', facts }],
      [
        (one) => expectDone(root.ask('PUT', path(one))),
        ({ id }) => expectDone(root.ask('PATCH', `admin/users/${id}`, { groups: [group] })),
        bulk('add_to_group', { group_id: group }),
        ({ username }) => run(line, 'groups', 'add', name, username),
      ],
      { imported: [{}, { groups: name }] },
    )
    await expectSame(
      [{ event: 'group.member_removed', facts }],
      [
        (one) => expectDone(root.ask('DELETE', path(one))),
        ({ id }) => expectDone(root.ask('PATCH', `admin/users/${id}`, { groups: [] })),
        bulk('remove_from_group', { group_id: group }),
        ({ username }) => run(line, 'groups', 'remove', name, username),
      ],
      { prepare: (one) => root.ask('PUT', path(one)) },
    )
  })

  it('a forced new password, and the end of all sessions', async () => {
    const line = aLine()
    const prepare: Way = ({ username }) => logIn(app, username)
    const ended = { event: 'session.ended', facts: { reason: 'administrator' }, hasSession: true }
    await expectSame(
      [{ event: 'password.removed', facts: {} }, ended],
      [
        ({ id }) => expectDone(root.ask('POST', `admin/users/${id}/force-password-reset`)),
        bulk('force_password_reset'),
      ],
      { prepare },
    )
    await expectSame(
      [ended],
      [
        ({ id }) => expectDone(root.ask('DELETE', `admin/sessions?account_id=${id}`)),
        bulk('end_sessions'),
        ({ username }) => run(line, 'sessions', 'end', '--user', username),
      ],
      { prepare },
    )
  })

  it('a group that is created and deleted', async () => {
    const line = aLine()
    const last = await lastEvent()
    const names = ['by HTTP', 'by a command', 'by an import'].map((how) => `Made ${how} ${++count}`)
    const [http = '', command = '', imported = ''] = names
    const { id } = (await root.ask('POST', 'admin/groups', { name: http })).json as Subject
    await expectDone(root.ask('DELETE', `admin/groups/${id}`))
    await run(line, 'groups', 'create', command)
    await run(line, 'groups', 'delete', command, '--yes')
    await eventsOfImport([{ groups: imported }, {}])
    for (const [event, facts] of [
      ['group.created', { permissions: [] }],
      ['group.deleted', {}],
    ] as const) {
      const recorded = await eventsSince(last, `event=${event}`)
      const expected = names.map((name) => ({ event, facts: { group_id: expect.any(Number), name, ...facts } }))
      expect(recorded).toMatchObject(expected)
    }
  })
})
