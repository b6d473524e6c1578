import { expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp } from '../support/test-app.ts'
import { addAccount, logIn } from '../support/v1-client.ts'

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const

/** PostgreSQL cannot store U+0000, and its driver fails if a query contains one. */
it.each(databases)('nothing is found under an id with a zero character, on every path, on $name', async (database) => {
  const app = await startTestApp({ database, settings: { COMPATIBILITY: 'simplejwt', DJOSER: 'true' } })
  await addAccount(app, 'root', { isSuperuser: true, isStaff: true })
  const { access_token: token } = await logIn(app, 'root')
  const { json } = await sendJson(app.url, 'GET', '/openapi.json')
  const { paths } = json as { paths: Record<string, object> }
  const asked: string[] = []
  const failed: string[] = []
  for (const [path, operations] of Object.entries(paths).filter(([path]) => path.includes('{'))) {
    for (const method of METHODS.filter((one) => one in operations)) {
      for (const id of ['%00', 'a%00b']) {
        const filled = path.replace(/\{[^}]+\}/g, id)
        const body = method === 'get' ? {} : { body: {} }
        const { status } = await sendJson(app.url, method.toUpperCase(), filled, { token, ...body })
        asked.push(filled)
        if (status < 400 || status >= 500) failed.push(`${method} ${filled}: ${status}`)
      }
    }
  }
  expect(asked.length).toBeGreaterThan(50)
  expect(failed).toEqual([])
  await app.close()
})
