import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aCommandLine, jsonOf } from '../../../test/support/command-line.ts'
import { databases } from '../../../test/support/databases.ts'
import { sendJson } from '../../../test/support/http-client.ts'
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts'
import { listEvents } from '../../audit/event-search-store.ts'

const PASSWORD = 'copper-lantern-42'

type Pair = { access: string; refresh: string }

describe.each(databases)('sessions on $name', (database) => {
  let app: TestApp
  beforeAll(async () => {
    app = await startTestApp({ database })
  })
  afterAll(() => app.close())

  const aCli = () => aCommandLine({ databaseUrl: app.databaseUrl, clock: app.clock })

  async function logIn(username: string, userAgent = 'a test'): Promise<Pair> {
    const headers = { 'user-agent': userAgent }
    return (await sendJson(app.url, 'POST', '/api/login/', { body: { username, password: PASSWORD }, headers }))
      .json as Pair
  }

  const isAlive = async ({ access, refresh }: Pair) => {
    const asked = await sendJson(app.url, 'GET', '/api/users/profile/', { token: access })
    const refreshed = await sendJson(app.url, 'POST', '/api/token/refresh/', { body: { refresh } })
    return [asked.status, refreshed.status]
  }

  it('lists the live ones of an account, newest first, and with --all why others ended', async () => {
    const cli = aCli()
    await cli.pipe(PASSWORD, 'users', 'create', 'anna', '--stdin')
    await logIn('anna', 'first \u0085agent')
    app.clock.advance(1_000)
    const second = await logIn('anna', 'second agent')
    app.clock.advance(1_000)
    const third = await logIn('anna', 'third agent')
    await sendJson(app.url, 'POST', '/api/token/blacklist/', { body: { refresh: third.refresh } })

    const living = await jsonOf(cli, 'sessions', 'list', 'anna')
    expect(living.map((one: { user_agent: string }) => one.user_agent)).toEqual(['second agent', 'first Â\u0085agent'])
    expect(living[0]).toMatchObject({ address: '127.0.0.1', amr: ['pwd'], ended_at: null, end_reason: null })
    expect(JSON.stringify(living)).not.toContain(second.refresh.split('.')[1])
    expect(await jsonOf(cli, 'sessions', 'list', 'anna', '--all')).toMatchObject([
      { user_agent: 'third agent', end_reason: 'logout' },
      { user_agent: 'second agent' },
      { user_agent: 'first Â\u0085agent' },
    ])
    const { out } = await cli.run('sessions', 'list', 'anna')
    expect(out.split('\n')[0]).toMatch(/^ID +STATE +STARTED +REFRESHED +EXPIRES +ADDRESS +USER AGENT$/)
    expect(out).toMatch(/active .* 127\.0\.0\.1 +first Â\ufffdagent$/m)
    expect(await jsonOf(cli, 'users', 'show', 'anna')).toMatchObject({ sessions: 2 })
  })

  it('ends one, and leaves the others of the account alone', async () => {
    const cli = aCli()
    await cli.pipe(PASSWORD, 'users', 'create', 'bert', '--stdin')
    const [first, second] = [await logIn('bert', 'first'), await logIn('bert', 'second')]
    const listed: { id: string; user_agent: string }[] = await jsonOf(cli, 'sessions', 'list', 'bert')
    const id = listed.find((one) => one.user_agent === 'first')?.id ?? ''
    expect(await cli.run('sessions', 'end', id)).toEqual({ code: 0, out: 'Ended the session.\n', err: '' })
    expect(await isAlive(first)).toEqual([401, 401])
    expect(await isAlive(second)).toEqual([200, 200])
    expect(await jsonOf(cli, 'sessions', 'end', id)).toEqual({ ended: 0 })
    expect(await cli.run('sessions', 'end', 'nonsense')).toMatchObject({
      code: 1,
      err: 'There is no session nonsense.\n',
    })
  })

  it('ends all of one account, and records the actor', async () => {
    const cli = aCli()
    await cli.pipe(PASSWORD, 'users', 'create', 'carla', '--stdin')
    await cli.pipe(PASSWORD, 'users', 'create', 'dora', '--stdin')
    const ended = [await logIn('carla'), await logIn('carla')]
    const other = await logIn('dora')
    expect((await cli.run('sessions', 'end', '--user', 'CARLA')).out).toBe('Ended 2 sessions.\n')
    for (const pair of ended) expect(await isAlive(pair)).toEqual([401, 401])
    expect(await isAlive(other)).toEqual([200, 200])
    expect(await jsonOf(cli, 'sessions', 'list', 'carla', '--all')).toMatchObject([
      { end_reason: 'administrator' },
      { end_reason: 'administrator' },
    ])
    const { id: accountId } = await jsonOf(cli, 'users', 'show', 'carla')
    const { events } = await listEvents(app.app.database.read, { accountId, event: 'session.ended', limit: 10 })
    expect(events.map(({ origin, facts }) => [origin.actor, facts.reason])).toEqual([
      ['command_line', 'administrator'],
      ['command_line', 'administrator'],
    ])
  })

  it('ends those of all accounts, after asking in a terminal', async () => {
    const cli = aCli()
    await cli.pipe(PASSWORD, 'users', 'create', 'emil', '--stdin')
    const pair = await logIn('emil')
    const refused = await cli.talk([['[y/N] ', 'n']], 'sessions', 'end', '--all')
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('Cancelled. No session was ended.') })
    expect((await cli.run('sessions', 'end', '--all')).code).toBe(0)
    expect(await isAlive(pair)).toEqual([401, 401])
    expect(await cli.talk([], 'sessions', 'end', '--all', '--yes')).toMatchObject({ out: 'Ended 0 sessions.\n' })
  })

  it('requires a choice: one, those of an account, or all', async () => {
    const cli = aCli()
    expect((await cli.run('sessions', 'end')).code).toBe(2)
    expect((await cli.run('sessions', 'end', 'x', '--all')).code).toBe(2)
    expect((await cli.run('sessions', 'end', '--user', 'anna', '--all')).code).toBe(2)
  })

  it('deletes those that expired long ago', async () => {
    const cli = aCli()
    await cli.pipe(PASSWORD, 'users', 'create', 'fred', '--stdin')
    await logIn('fred')
    expect((await cli.run('flushexpiredtokens')).out).toBe('Deleted 0 expired sessions.\n')
    app.clock.advance(40 * 86_400_000)
    expect((await jsonOf(cli, 'flushexpiredtokens')).deleted).toBeGreaterThan(0)
    expect(await jsonOf(cli, 'sessions', 'list', 'fred', '--all')).toEqual([])
  })
})
