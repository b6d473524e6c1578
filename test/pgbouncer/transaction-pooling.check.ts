import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { pruneExpired } from '../../src/flows/upkeep/prune.ts'
import { databases, type TestDatabase, type TestPlace } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { type PgBouncer, startPgBouncer } from '../support/pgbouncer.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

const postgres = databases.find(({ name }) => name === 'PostgreSQL') as TestDatabase
const PASSWORD = 'copper-lantern-42'
const NOTICED = 'turned off'

describe.each([
  { title: 'told so', settings: { DATABASE_PREPARED_STATEMENTS: 'false' }, notices: 0 },
  { title: 'that detects it by itself', settings: {}, notices: 1 },
])('a server behind PgBouncer in transaction mode, $title', ({ settings, notices }) => {
  let pooler: PgBouncer
  let apps: TestApp[]

  beforeAll(async () => {
    pooler = await startPgBouncer(inject('postgresUrl'))
    const through = ({ url, drop }: TestPlace) => ({ url: pooler.through(url), drop })
    const pooled: TestDatabase = {
      name: 'PostgreSQL',
      create: async () => through(await postgres.create()),
    }
    const first = await startTestApp({ database: pooled, settings })
    apps = [first, await first.another(), await first.another()]
  })
  afterAll(async () => {
    await apps[0]?.close()
    await pooler.stop()
  })

  const url = (turn: number) => (apps[turn % apps.length] as TestApp).url

  /** What one person does, each step on the next server. */
  async function live(person: number): Promise<number[]> {
    const body = { username: `person${person}`, password: PASSWORD }
    const statuses: number[] = []
    async function step(path: string, options: Parameters<typeof sendJson>[3]): Promise<Record<string, string>> {
      const method = path.endsWith('profile/') ? 'GET' : 'POST'
      const { status, json } = await sendJson(url(person + statuses.length), method, path, options)
      statuses.push(status)
      return (json ?? {}) as Record<string, string>
    }
    await step('/api/users/', { body })
    let { access = '', refresh = '' } = await step('/api/login/', { body })
    for (let turn = 0; turn < 5; turn++) {
      await step('/api/users/profile/', { token: access })
      const next = await step('/api/token/refresh/', { body: { refresh } })
      access = next.access ?? ''
      refresh = next.refresh ?? refresh
    }
    await step('/api/logout/', { token: access, body: { refresh } })
    await step('/api/users/profile/', { token: access })
    return statuses
  }

  it('serves forty users at once on three connections, with the usual results', async () => {
    const lives = await Promise.all(Array.from({ length: 40 }, (_, person) => live(person)))
    const expected = [201, 200, ...Array(5).fill([200, 200]).flat(), 205, 401]
    expect(lives).toEqual(lives.map(() => expected))
  })

  it('is ready, deletes old rows, and each process reports at most once what it detected', async () => {
    for (const { url, app, clock } of apps) {
      expect((await sendJson(url, 'GET', '/readyz')).status).toBe(200)
      await pruneExpired(app.database, clock.now())
    }
    const log = apps[0]?.log.join('') ?? ''
    expect(log).not.toMatch(/"level":[56]0/)
    const told = log.split(NOTICED).length - 1
    expect(told > 0).toBe(notices > 0)
    expect(told).toBeLessThanOrEqual(notices * apps.length)
  })
})
