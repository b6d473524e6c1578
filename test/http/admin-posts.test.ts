import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, addAdministrator, logIn } from '../support/v1-client.ts'

type Post = { id: number; title: string; content: string; author: string }

describe.each(databases)('the administration of posts on $name', (database) => {
  let app: TestApp
  let root: string
  let editor: string

  beforeAll(async () => {
    app = await startTestApp({ database })
    await addAdministrator(app, 'root')
    await addAccount(app, 'ann')
    await addAccount(app, 'editor', { isStaff: true, permissions: ['posts.view', 'posts.change'] } as never)
    root = (await logIn(app, 'root')).access_token
    editor = (await logIn(app, 'editor')).access_token
    await write(root, 'By root')
    const ann = (await logIn(app, 'ann')).access_token
    for (const title of ['One', 'Two', 'Three']) await write(ann, title)
  })
  afterAll(() => app.close())

  const write = (token: string, title: string) =>
    sendJson(app.url, 'POST', '/api/posts/', { token, body: { title, content: 'text' } })
  const ask = (method: string, path: string, token = root, body?: unknown) =>
    sendJson(app.url, method, `/api/v1/admin/posts${path}`, { token, ...(body !== undefined && { body }) })
  const list = async (query: string) => (await ask('GET', query)).json as { posts: Post[]; next: number | null }

  it('lists all of them, newest first, by page and by author', async () => {
    const first = await list('?limit=3')
    expect(first.posts.map(({ title }) => title)).toEqual(['Three', 'Two', 'One'])
    expect((await list(`?limit=3&before=${first.next}`)).posts.map(({ author }) => author)).toEqual(['root'])
    expect((await list('?author=ann')).posts).toHaveLength(3)
    expect((await list('?author=nobody')).posts).toEqual([])
    const found = async (query: string) => (await list(query)).posts.map(({ title }) => title)
    expect(await found('?search=O')).toEqual(['Two', 'One', 'By root'])
    expect(await found('?search=tw&author=ann')).toEqual(['Two'])
    expect(await found('?search=tw&author=root')).toEqual([])
    expect(await found('?search=%25')).toEqual([])
    expect(await found('?search=_')).toEqual([])
    expect(await found('?search=+')).toHaveLength(4)
    const page = await list('?search=o&limit=1')
    expect(await found(`?search=o&limit=1&before=${page.next}`)).toEqual(['One'])
  })

  it('changes one, with the right permission, and records who did it', async () => {
    const [post] = (await list('?author=ann&limit=1')).posts
    const { id } = post as Post
    expect((await ask('PATCH', `/${id}`, editor, { title: 'Better' })).json).toMatchObject({
      title: 'Better',
      content: 'text',
    })
    expect((await ask('PATCH', `/${id}`, editor, { title: ' ' })).status).toBe(400)
    expect((await ask('PATCH', `/${id}`, editor, { title: 'x'.repeat(201) })).status).toBe(400)
    expect((await ask('GET', `/${id}`)).json).toMatchObject({ title: 'Better' })
    const { json } = await sendJson(app.url, 'GET', '/api/v1/admin/events?event=post.changed', { token: root })
    expect(json).toMatchObject({
      events: [{ username: 'ann', actor: { username: 'editor' }, facts: { fields: ['title'] } }],
    })
  })

  it('deletes one, once even if sixteen try', async () => {
    const [post] = (await list('?author=ann&limit=1')).posts
    const { id } = post as Post
    expect((await ask('DELETE', `/${id}`, editor)).status).toBe(403)
    const answers = await Promise.all(Array.from({ length: 16 }, () => ask('DELETE', `/${id}`)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, ...Array.from({ length: 15 }, () => 404)])
    expect((await ask('GET', `/${id}`)).status).toBe(404)
  })

  it('does not touch posts of accounts with more rights', async () => {
    const [post] = (await list('?author=root')).posts
    expect((await ask('PATCH', `/${post?.id}`, editor, { title: 'Mine now' })).status).toBe(403)
  })

  it('lists the newest thousand on the classic path, however many an account has written', async () => {
    await app.app.database.inTransaction((tx) =>
      sql`insert into posts (author_id, title, content, created_at, updated_at)
        with recursive n(i) as (select 1 union all select i + 1 from n where i < 1200)
        select (select min(id) from accounts), 'many', 'text', i, i from n`.execute(tx),
    )
    const { json } = await sendJson(app.url, 'GET', '/api/posts/', { token: root })
    expect(json).toHaveLength(1_000)
    expect((json as Post[])[0]?.title).not.toBe('many')
  })

  it('does not exist without the sample resources', async () => {
    const bare = await startTestApp({ database, settings: { SAMPLE_RESOURCES: 'false' } })
    await addAdministrator(bare, 'root')
    const { access_token: token } = await logIn(bare, 'root')
    // Not with sendJson(), which compares answers with the document of a server that has the route.
    const answer = await fetch(`${bare.url}/api/v1/admin/posts`, { headers: { authorization: `Bearer ${token}` } })
    expect(answer.status).toBe(404)
    await bare.close()
  })
})
