import { sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createApp } from '../../src/app/app.ts'
import { startFault } from '../../src/app/start/start-fault.ts'
import { createLog } from '../../src/platform/log.ts'
import { systemRandom } from '../../src/platform/random.ts'
import { openMigratedDatabase } from '../../src/storage/migrated-database.ts'
import { tableNames } from '../../src/storage/tables.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp } from '../support/test-app.ts'
import { addAdministrator, logIn } from '../support/v1-client.ts'
import { credentials } from './signed-in-app.ts'

const CUT_OFF = { status: 0, headers: {} as Record<string, string[]> }

describe.each(databases)('a table that somebody dropped, on $name', (database) => {
  async function anApp() {
    const app = await startTestApp({ database, settings: { ALLOW_PRIVATE_WEBHOOK_ADDRESSES: 'true' } })
    onTestFinished(() => app.close())
    await addAdministrator(app, 'root')
    const rename = (from: string, to: string) =>
      app.app.database.inTransaction((tx) => sql.raw(`alter table ${from} rename to ${to}`).execute(tx))
    return { app, rename }
  }

  it('causes 503 wherever it is needed, whichever it is, and the server is no longer ready', async () => {
    const { app, rename } = await anApp()
    const root = await logIn(app, 'root')
    const { access_token: token } = root
    const administration = [
      'users',
      'users/1',
      'sessions',
      'events',
      'groups',
      'permissions',
      'keys',
      'webhooks',
      'mail',
      'mail/outbox',
      'overview',
      'statistics',
      'posts',
    ]
    const requests: [method: string, path: string, body?: object][] = [
      ['POST', '/api/login/', { username: 'root', password: 'copper-lantern-42' }],
      ['POST', '/api/token/refresh/', { refresh: root.refresh_token }],
      ['POST', '/api/users/', credentials],
      ['POST', '/api/v1/password-reset', { email: 'root@example.com' }],
      ['GET', '/api/users/profile/'],
      ['GET', '/api/posts/'],
      ['POST', '/api/posts/', { title: 't', content: 'c' }],
      ['GET', '/api/v1/me'],
      ['GET', '/api/v1/me/sessions'],
      ['GET', '/api/v1/me/events'],
      ['GET', '/api/v1/me/export'],
      ['GET', '/api/v1/me/factors'],
      ['POST', '/api/v1/me/sessions/end-others'],
      ...administration.map((path): [string, string] => ['GET', `/api/v1/admin/${path}`]),
      ['POST', '/api/v1/admin/groups', { name: 'Support' }],
      ['POST', '/api/v1/admin/webhooks', { url: 'http://127.0.0.1:9/', events: ['session.started'] }],
    ]
    for (const table of tableNames) {
      await rename(table, 'put_away')
      await expect(app.app.database.checkReady(), table).rejects.toThrow(`the table ${table} is missing`)
      const found: string[] = []
      for (const [method, path, body] of requests) {
        const answer = sendJson(app.url, method, path, { token, ...(body && { body }) })
        // The export has begun to stream. It is cut off, so that nobody mistakes half of it for all.
        const { status, headers } = path.endsWith('/export') ? await answer.catch(() => CUT_OFF) : await answer
        if (status >= 500 && status !== 503) found.push(`${method} ${path}: ${status}`)
        if (status === 503) expect(headers['retry-after'], path).toEqual(['5'])
      }
      expect(found, table).toEqual([])
      await rename('put_away', table)
      await app.app.database.checkReady()
    }
    const told = app.log.join('')
    expect(told).toContain(
      'the table sessions is missing from the database. Somebody dropped it, or a restore left it out.',
    )
    expect(told).not.toContain('unexpected error')
  })

  it.each(['posts', 'webhook_deliveries', 'schema_migrations'])(
    'keeps a server and the commands from starting, with the cure: %s',
    async (table) => {
      const { app, rename } = await anApp()
      await rename(table, 'put_away')
      const start = createApp({
        config: app.config,
        clock: app.clock,
        random: systemRandom,
        log: createLog('info', () => {}),
      })
      const fault = startFault(await start.catch((error: unknown) => error), {
        host: '127.0.0.1',
        port: 0,
        databaseUrl: app.databaseUrl,
      })
      expect(fault).toMatch(
        new RegExp(
          `^the table ${table} is missing from the database\\. .* restore a backup: latchkey restore FILE\\.$`,
        ),
      )
      if (table === 'schema_migrations') return
      await expect(openMigratedDatabase(app.databaseUrl)).rejects.toThrow(fault)
    },
  )
})
