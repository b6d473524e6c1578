import { describe, expect, it } from 'vitest'
import { credentials, startSignedInApp } from '../http/signed-in-app.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'

describe.each(databases)('two servers on one database: $name', (database) => {
  it('agree on everything', async () => {
    const app = await startSignedInApp({ REFRESH_RETRY_WINDOW: '0s' }, database)
    const other = await app.another()
    const both = [app.url, other.url]

    const body = { username: 'ada', password: 'copper-lantern-42' }
    const made = await Promise.all(
      Array.from({ length: 16 }, (_, turn) => sendJson(both[turn % 2] ?? '', 'POST', '/api/users/', { body })),
    )
    expect(made.map(({ status }) => status).sort()).toEqual([201, ...Array(15).fill(400)])

    const logins = await Promise.all(both.map((url) => sendJson(url, 'POST', '/api/login/', { body: credentials })))
    for (const { json } of logins) {
      const { refresh } = json as { refresh: string }
      const refreshed = await Promise.all(
        Array.from({ length: 8 }, (_, turn) =>
          sendJson(both[turn % 2] ?? '', 'POST', '/api/token/refresh/', { body: { refresh } }),
        ),
      )
      expect(refreshed.filter(({ status }) => status === 200)).toHaveLength(1)
    }

    // What one ends, the other refuses at once.
    await sendJson(app.url, 'POST', '/api/logout/', { token: app.access, body: { refresh: app.refresh } })
    const profile = await sendJson(other.url, 'GET', '/api/users/profile/', { token: app.access })
    expect(profile.status).toBe(401)
    await app.close()
  })
})
