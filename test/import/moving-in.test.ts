import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Hooks } from '../../src/hooks/hooks.ts'
import { aCommandLine, jsonOf } from '../support/command-line.ts'
import { databases, type TestDatabase } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, PASSWORD } from '../support/v1-client.ts'

type Ask = NonNullable<Hooks['verifyUnknownPassword']>

const SCHEMA = join(import.meta.dirname, '../support/profile-schema.json')

async function aServer(database: TestDatabase, ask: Ask, settings: Record<string, string> = {}) {
  const app = await startTestApp({
    database,
    settings: { PROFILE_SCHEMA_FILE: SCHEMA, LOGIN_WITH: 'username,email', ...settings },
    hooks: { verifyUnknownPassword: ask },
  })
  onTestFinished(() => app.close())
  return app
}

const logIn = async ({ url }: TestApp, username: string, password = PASSWORD) =>
  (await sendJson(url, 'POST', '/api/v1/login', { body: { username, password } })).status
const usersOf = (app: TestApp) => jsonOf(aCommandLine({ databaseUrl: app.databaseUrl }), 'users', 'list')
const errorsOf = ({ log }: TestApp) =>
  log
    .join('\n')
    .split('\n')
    .filter((line) => line.includes('a hook failed'))

describe.each(databases)('somebody who is known only to the previous system, on $name', (database) => {
  it('moves in at the first login, with the data that the hook returns, and does not need the hook again', async () => {
    const asked: unknown[] = []
    const app = await aServer(database, ({ username, password, account, hash }) => {
      asked.push({ username, account, hash })
      if (password !== PASSWORD) return { verified: false }
      const profile = { company: 'Lee Ltd' }
      const person = { firstName: 'Ann', lastName: 'Lee', email: 'ann@Example.org', isEmailVerified: true }
      return { verified: true, account: { ...person, username: 'ann', profile, groups: ['Editors'], uid: 'old-17' } }
    })
    const line = aCommandLine({ databaseUrl: app.databaseUrl })
    expect(await line.run('groups', 'create', 'Editors')).toMatchObject({ code: 0 })
    expect(await logIn(app, 'ann', 'a wrong password 1')).toBe(401)
    expect(await usersOf(app)).toEqual([])
    const body = { username: 'ann@example.org', password: PASSWORD }
    const moved = await sendJson(app.url, 'POST', '/api/v1/login', { body })
    expect([moved.status, errorsOf(app)]).toEqual([200, []])
    expect(asked).toEqual([
      { username: 'ann', account: undefined, hash: undefined },
      { username: 'ann@example.org', account: undefined, hash: undefined },
    ])
    const token = (moved.json as { access_token: string }).access_token
    expect((await sendJson(app.url, 'GET', '/api/v1/me', { token })).json).toMatchObject({
      uid: 'old-17',
      username: 'ann',
      email: 'ann@example.org',
      email_verified: true,
      first_name: 'Ann',
      profile: { company: 'Lee Ltd' },
    })
    expect(await jsonOf(line, 'users', 'show', 'ann')).toMatchObject({ groups: ['Editors'], is_staff: false })
    expect([await logIn(app, 'ann'), await logIn(app, 'ann', 'a wrong password 1')]).toEqual([200, 401])
    const classic = await sendJson(app.url, 'POST', '/api/token/', { body: { username: 'ann', password: PASSWORD } })
    expect(classic.status).toBe(200)
    expect(asked).toHaveLength(2)
    expect(errorsOf(app)).toEqual([])
  })

  it.each([
    ['a username', 'kim', {}],
    ['an address', 'kim@example.org', { email: 'kim@example.org' }],
    ['a confirmed address', 'kim@example.org', { email: 'kim@example.org', isEmailVerified: true }],
  ])('moves in once with %s, although sixteen logins arrive at the same moment', async (_title, name, account) => {
    const app = await aServer(database, () => ({ verified: true, account }))
    const statuses = await Promise.all(Array.from({ length: 16 }, () => logIn(app, name)))
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect(await usersOf(app)).toHaveLength(1)
    expect(errorsOf(app)).toEqual([])
  })
})

describe('an answer for a name that no account has', () => {
  const [database] = databases as [TestDatabase]
  const good = { username: 'kim' }

  it.each<[string, () => unknown]>([
    ['a text', () => 'yes'],
    ['a list', () => []],
    ['null', () => null],
    ['verified as a text', () => ({ verified: 'true', account: good })],
    ['no account', () => ({ verified: true })],
    ['an account that is a text', () => ({ verified: true, account: 'kim' })],
    ['a misspelt member', () => ({ verified: true, account: { ...good, first_name: 'Kim' } })],
    ['rights', () => ({ verified: true, account: { ...good, isSuperuser: true } })],
    ['a username that is a number', () => ({ verified: true, account: { username: 7 } })],
    ['another username than the one typed', () => ({ verified: true, account: { username: 'lee' } })],
    ['a bad address', () => ({ verified: true, account: { ...good, email: 'nowhere' } })],
    ['an unknown group', () => ({ verified: true, account: { ...good, groups: ['Nobody'] } })],
    ['an unknown profile field', () => ({ verified: true, account: { ...good, profile: { size: 7 } } })],
    ['a bad profile field', () => ({ verified: true, account: { ...good, profile: { company: 7 } } })],
    ['a profile that is not JSON', () => ({ verified: true, account: { ...good, profile: { company: 7n } } })],
    ['an empty uid', () => ({ verified: true, account: { ...good, uid: '' } })],
    ['a uid that is not one', () => ({ verified: true, account: { ...good, uid: -1 } })],
    ['the uid of another account', () => ({ verified: true, account: { ...good, uid: 1 } })],
    ['a name too long', () => ({ verified: true, account: { ...good, firstName: 'x'.repeat(151) } })],
    ['text that no database stores', () => ({ verified: true, account: { ...good, lastName: 'a\0b' } })],
    [
      'an error',
      () => {
        throw new Error('the old system is down')
      },
    ],
    ['a rejected promise', () => Promise.reject(new Error('the old system is down'))],
    ['nothing in time', () => new Promise(() => {})],
  ])('that is %s is an error in the log and a wrong password to the user', async (_title, answer) => {
    const app = await aServer(database, answer as Ask, { HOOK_TIMEOUT: '50ms' })
    await addAccount(app, 'first')
    expect(await logIn(app, 'kim')).toBe(401)
    await expect.poll(() => errorsOf(app).length).toBe(1)
    expect(errorsOf(app)[0]).not.toContain(PASSWORD)
    expect(await usersOf(app)).toHaveLength(1)
  })

  it.each([undefined, { verified: false }, { verified: false, account: good }])(
    '%j means no: nothing is logged or created',
    async (answer) => {
      const app = await aServer(database, () => answer)
      expect(await logIn(app, 'kim')).toBe(401)
      expect(errorsOf(app)).toEqual([])
      expect(await usersOf(app)).toEqual([])
    },
  )

  it('is not called for somebody who has an account, and not beyond the limits', async () => {
    let asked = 0
    const limits = { RATE_LIMITS: 'on', LIMIT_LOGIN_PER_ACCOUNT: '3/15m' }
    const app = await aServer(
      database,
      () => {
        asked++
      },
      limits,
    )
    await addAccount(app, 'first')
    expect(await logIn(app, 'first', 'a wrong password 1')).toBe(401)
    expect(asked).toBe(0)
    const statuses = []
    for (let attempt = 0; attempt < 6; attempt++) statuses.push(await logIn(app, 'kim'))
    expect(statuses.slice(0, 3)).toEqual([401, 401, 401])
    expect(statuses.slice(3)).toEqual([429, 429, 429])
    expect(asked).toBe(3)
  })
})
