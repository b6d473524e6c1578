import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

const NAMES = ['ann', 'bob'] as const
const AT_ONCE = 30

describe.each(databases)('two users of one server on $name', (database) => {
  let app: TestApp
  const tokens: Record<string, { access: string; refresh: string }> = {}

  const password = (name: string) => `the horse of ${name} 9`
  const login = async (name: string) => {
    const answer = await sendJson(app.url, 'POST', '/api/login/', {
      body: { username: name, password: password(name) },
    })
    expect(answer.status).toBe(200)
    return answer.json as { access: string; refresh: string }
  }
  const nameOf = (index: number) => NAMES[index % NAMES.length] as (typeof NAMES)[number]

  /** So many requests at once, the users taking turns. */
  const together = <T>(act: (name: string, index: number) => Promise<T>) =>
    Promise.all(Array.from({ length: AT_ONCE }, (_, index) => act(nameOf(index), index)))

  beforeAll(async () => {
    app = await startTestApp({ database })
    for (const name of NAMES) {
      await sendJson(app.url, 'POST', '/api/users/', { body: { username: name, password: password(name) } })
      tokens[name] = await login(name)
    }
  })
  afterAll(() => app.close())

  it('each get their own profile, with thirty requests at once (CVE-2026-35039, CVE-2026-33544)', async () => {
    const profiles = await together(async (name) => {
      const { json } = await sendJson(app.url, 'GET', '/api/users/profile/', { token: tokens[name]?.access ?? '' })
      return (json as { username: string }).username
    })
    expect(profiles).toEqual(profiles.map((_, index) => nameOf(index)))
  })

  it('each get their own tokens from thirty logins and thirty refreshes at once', async () => {
    const owners = await together(async (name) => {
      const { refresh } = await login(name)
      const refreshed = await sendJson(app.url, 'POST', '/api/token/refresh/', { body: { refresh } })
      const { access } = refreshed.json as { access: string }
      const { json } = await sendJson(app.url, 'GET', '/api/users/profile/', { token: access })
      return (json as { username: string }).username
    })
    expect(owners).toEqual(owners.map((_, index) => nameOf(index)))
  })

  it('each write as themselves, and change nobody else’s posts', async () => {
    const posts = await together(async (name, index) => {
      const body = { title: `${name} ${index}`, content: 'a', author: NAMES[(index + 1) % 2] }
      const { json } = await sendJson(app.url, 'POST', '/api/posts/', { token: tokens[name]?.access ?? '', body })
      return json as { id: number; author: string; title: string }
    })
    expect(posts.map(({ author, title }) => [author, title])).toEqual(
      posts.map((_, index) => [nameOf(index), `${nameOf(index)} ${index}`]),
    )
    const statuses = await together(async (name, index) => {
      const other = posts[(index + 1) % posts.length]
      const method = ['PUT', 'PATCH', 'DELETE'][index % 3] ?? ''
      const options = { token: tokens[name]?.access ?? '', body: { title: 'taken', content: 'over' } }
      return (await sendJson(app.url, method, `/api/posts/${other?.id}/`, options)).status
    })
    expect(statuses).toEqual(statuses.map(() => 403))
  })

  it('end one session and no other', async () => {
    const [first, second, bobs] = [await login('ann'), await login('ann'), await login('bob')]
    await sendJson(app.url, 'POST', '/api/logout/', { token: first.access, body: { refresh: first.refresh } })
    const states = await Promise.all(
      [first, second, bobs].map(async ({ access, refresh }) => [
        (await sendJson(app.url, 'GET', '/api/users/profile/', { token: access })).status,
        (await sendJson(app.url, 'POST', '/api/token/refresh/', { body: { refresh } })).status,
      ]),
    )
    expect(states).toEqual([
      [401, 401],
      [200, 200],
      [200, 200],
    ])
  })

  it('have ids that are never reused: a new user with a deleted name is somebody else', async () => {
    const create = () =>
      sendJson(app.url, 'POST', '/api/users/', { body: { username: 'cat', password: password('cat') } })
    const { json: created } = await create()
    const old = await login('cat')
    await app.administer('delete', 'cat')
    const { json: again } = await create()
    expect(again).toEqual({ id: expect.any(Number), username: 'cat' })
    expect((again as { id: number }).id).toBeGreaterThan((created as { id: number }).id)
    expect(await sendJson(app.url, 'GET', '/api/users/profile/', { token: old.access })).toMatchObject({ status: 401 })
    const { refresh } = old
    expect(await sendJson(app.url, 'POST', '/api/token/refresh/', { body: { refresh } })).toMatchObject({ status: 401 })
  })
})
