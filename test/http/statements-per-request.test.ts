import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases, type TestDatabase, type TestPlace } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { countStatements, type StatementCounter } from '../support/statement-counter.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, addAdministrator, logIn, PASSWORD, rotated, type V1Tokens } from '../support/v1-client.ts'

/** How often a request is repeated. Background work may add to some of them, so the smallest count is the request's own. */
const REPEATS = 8

/** PostgreSQL behind a relay that counts the statements. */
function counted(counters: StatementCounter[]): TestDatabase {
  const postgres = databases.find(({ name }) => name === 'PostgreSQL') ?? expect.fail()
  async function counting(place: TestPlace): Promise<TestPlace> {
    const counter = await countStatements(place.url)
    counters.push(counter)
    return {
      url: counter.url,
      async drop() {
        await counter.close()
        await place.drop()
      },
    }
  }
  return {
    name: 'PostgreSQL',
    create: async () => counting(await postgres.create()),
  }
}

describe.each(['none', 'simplejwt'])('statements on PostgreSQL, with COMPATIBILITY=%s', (compatibility) => {
  const counters: StatementCounter[] = []
  let app: TestApp
  let tokens: V1Tokens

  beforeAll(async () => {
    // Limits are on, as they are by default: they are part of what a login costs.
    const settings = { COMPATIBILITY: compatibility, CHECK_SESSION: 'true', RATE_LIMITS: 'on' }
    app = await startTestApp({ database: counted(counters), settings })
    await addAccount(app, 'ann')
    tokens = await logIn(app, 'ann')
  })
  afterAll(() => app.close())

  /** The fewest statements that one of several equal requests took. */
  async function statementsOf(request: () => Promise<unknown>): Promise<string[]> {
    const runs: string[][] = []
    for (let time = 0; time < REPEATS; time++) {
      counters[0]?.take()
      await request()
      runs.push(counters[0]?.take() ?? [])
    }
    return runs.sort((one, other) => one.length - other.length)[0] ?? []
  }

  async function expectAtMost(most: number, request: () => Promise<{ status: number }>): Promise<void> {
    const statements = await statementsOf(async () => expect((await request()).status).toBe(200))
    expect(statements.length, statements.join('\n')).toBeLessThanOrEqual(most)
    expect(statements.length).toBeGreaterThan(0)
  }

  it('a profile takes one, even if it shows what the account may do', async () => {
    await expectAtMost(1, () => sendJson(app.url, 'GET', '/api/users/profile/', { token: tokens.access_token }))
    await expectAtMost(1, () => sendJson(app.url, 'GET', '/api/v1/me', { token: tokens.access_token }))
    await addAdministrator(app, 'root')
    const { access_token: token } = await logIn(app, 'root')
    await expectAtMost(1, () => sendJson(app.url, 'GET', '/api/v1/me', { token }))
  })

  it('a verification takes one', async () => {
    const body = { token: tokens.access_token }
    await expectAtMost(1, () => sendJson(app.url, 'POST', '/api/token/verify/', { body }))
  })

  it('a refresh takes two', async () => {
    let latest = (await logIn(app, 'ann')).refresh_token
    const statements = await statementsOf(async () => {
      latest = (await rotated(app, latest)).refresh_token
    })
    expect(statements, statements.join('\n')).toHaveLength(2)
  })

  it('a refresh that is repeated takes two', async () => {
    app = await app.restart({ REFRESH_RETRY_WINDOW: '10s' })
    const { refresh_token } = await logIn(app, 'ann')
    const first = await rotated(app, refresh_token)
    await expectAtMost(2, async () => {
      expect((await rotated(app, refresh_token)).refresh_token).toBe(first.refresh_token)
      return { status: 200 }
    })
  })

  it.each(['/api/v1/login', '/api/token/'])('a login takes six: POST %s', async (path) => {
    await expectAtMost(6, () => sendJson(app.url, 'POST', path, { body: { username: 'ann', password: PASSWORD } }))
  })

  it('a login takes six with mail too, from a known device', async () => {
    app = await app.restart({ MAIL_URL: 'smtp://127.0.0.1:9' })
    const body = { username: 'ann', password: PASSWORD }
    await expectAtMost(6, () => sendJson(app.url, 'POST', '/api/v1/login', { body }))
  })
})
