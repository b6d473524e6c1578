import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import {
  addAccount,
  claimsOf,
  codeOf,
  listSessions,
  logIn,
  logOut,
  meet,
  refresh,
  rotated,
  type V1Tokens,
} from '../support/v1-client.ts'

describe.each(databases)('one refresh token at three processes on $name', (database) => {
  let processes: [TestApp, TestApp, TestApp]
  let people = 0

  beforeAll(async () => {
    const first = await startTestApp({ database })
    processes = [first, await first.another(), await first.another()]
  })
  afterAll(() => processes[0].close())

  const at = (nth: number) => processes[nth % 3] as TestApp

  async function somebody(): Promise<string> {
    const username = `person${++people}`
    await addAccount(at(0), username)
    return username
  }

  async function refreshAtOnce(count: number, refreshToken: string): Promise<V1Tokens[]> {
    const answers = await Promise.all(Array.from({ length: count }, (_, nth) => refresh(at(nth), refreshToken)))
    expect(answers.map(({ status }) => status)).toEqual(Array(count).fill(200))
    return answers.map(({ json }) => json as V1Tokens)
  }

  async function generationOf(token: string): Promise<number> {
    const sessions = at(0).app.database.read.selectFrom('sessions').select('refresh_generation')
    const row = await sessions.where('id', '=', String(claimsOf(token).sid)).executeTakeFirstOrThrow()
    return row.refresh_generation
  }

  it('sent a hundred times at once gives one chain: the same successor to all, and a fresh access token each', async () => {
    const { refresh_token } = await logIn(at(0), await somebody())
    const answers = await refreshAtOnce(100, refresh_token)
    expect(new Set(answers.map((answer) => answer.refresh_token)).size).toBe(1)
    expect(new Set(answers.map((answer) => answer.access_token)).size).toBe(100)
    expect(await generationOf(refresh_token)).toBe(1)
    for (const [nth, { access_token }] of answers.slice(0, 6).entries()) {
      expect(await meet(at(nth), access_token)).toEqual([200, 200, undefined])
    }
    const [successor] = answers
    const next = await refreshAtOnce(10, successor?.refresh_token ?? '')
    expect(new Set(next.map((answer) => answer.refresh_token)).size).toBe(1)
    expect(await generationOf(refresh_token)).toBe(2)
  })

  it('may be sent again until the window closes, and the successor does not change', async () => {
    const { refresh_token } = await logIn(at(0), await somebody())
    const first = await rotated(at(0), refresh_token)
    at(0).clock.advance(9_000)
    expect((await rotated(at(1), refresh_token)).refresh_token).toBe(first.refresh_token)
    expect(await generationOf(refresh_token)).toBe(1)
  })

  it('sent after the window ends its session, in every process and with all its tokens, and no other session', async () => {
    const username = await somebody()
    const { refresh_token } = await logIn(at(0), username)
    const other = await logIn(at(1), username)
    const next = await rotated(at(1), refresh_token)
    at(0).clock.advance(10_000)
    const answers = await Promise.all(Array.from({ length: 16 }, (_, nth) => refresh(at(nth), refresh_token)))
    for (const answer of answers) expect([answer.status, codeOf(answer)]).toEqual([401, 'replayed'])
    for (const process of processes) {
      expect(await meet(process, next.access_token)).toEqual([401, 401, 'replayed'])
      expect(codeOf(await refresh(process, next.refresh_token))).toBe('replayed')
      expect(await meet(process, other.access_token)).toEqual([200, 200, undefined])
    }
    const events = at(0).app.database.read.selectFrom('audit_events').select('session_id')
    const replays = await events.where('event', '=', 'refresh.replayed').execute()
    expect(replays.filter(({ session_id }) => session_id === claimsOf(refresh_token).sid)).toHaveLength(1)
    expect((await refresh(at(2), other.refresh_token)).status).toBe(200)
  })

  it('that is older than the previous one ends its session even inside the window', async () => {
    const { refresh_token } = await logIn(at(0), await somebody())
    const second = await rotated(at(1), refresh_token)
    const third = await rotated(at(2), second.refresh_token)
    expect(codeOf(await refresh(at(0), refresh_token))).toBe('replayed')
    expect((await meet(at(1), third.access_token))[2]).toBe('replayed')
  })

  it('logged out by sixteen requests at once is logged out by one', async () => {
    const { refresh_token } = await logIn(at(0), await somebody())
    const answers = await Promise.all(Array.from({ length: 16 }, (_, nth) => logOut(at(nth), refresh_token)))
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1)
    expect(new Set(answers.filter(({ status }) => status !== 204).map(codeOf))).toEqual(new Set(['logout']))
  })
})

describe.each(databases)('a restart on $name', (database) => {
  it('revives nothing, and forgets no used token (CVE-2026-9802)', async () => {
    let app = await startTestApp({ database })
    await addAccount(app, 'ann')
    const [out, replayed, kept] = [await logIn(app, 'ann'), await logIn(app, 'ann'), await logIn(app, 'ann')]
    const next = await rotated(app, replayed.refresh_token)
    const keptNext = await rotated(app, kept.refresh_token)
    await logOut(app, out.refresh_token)
    app.clock.advance(10_000)
    app = await app.restart()
    expect((await meet(app, out.access_token))[2]).toBe('logout')
    expect(codeOf(await refresh(app, out.refresh_token))).toBe('logout')
    expect(codeOf(await refresh(app, replayed.refresh_token))).toBe('replayed')
    expect((await meet(app, next.access_token))[2]).toBe('replayed')
    app = await app.restart()
    expect(codeOf(await refresh(app, next.refresh_token))).toBe('replayed')
    expect((await refresh(app, keptNext.refresh_token)).status).toBe(200)
    expect(await listSessions(app, keptNext.access_token)).toHaveLength(1)
    await app.close()
  })
})
