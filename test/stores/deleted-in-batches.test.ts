import { sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { insertAccounts } from '../../src/accounts/account-import-store.ts'
import { createAccount } from '../../src/accounts/account-store.ts'
import { removePostsOfDeletedAuthors } from '../../src/accounts/deleted-author-store.ts'
import { deleteAccountsAndRecord } from '../../src/flows/accounts/delete-account.ts'
import { auditOriginOf, commandLine } from '../../src/flows/rights/actor.ts'
import { findRights, setGroupPermissions } from '../../src/permissions/grant-store.ts'
import { addMembers } from '../../src/permissions/group-member-store.ts'
import {
  createGroup,
  deleteGroup,
  findGroup,
  findGroupIds,
  listGroups,
  removeDeletedGroups,
} from '../../src/permissions/group-store.ts'
import { insertPost, rewriteImportedPost } from '../../src/posts/post-import-store.ts'
import { searchPosts } from '../../src/posts/post-search-store.ts'
import {
  createPost,
  deletePost,
  findPost,
  listNewestPosts,
  listPostsByAuthor,
  listPostsPage,
  updatePost,
} from '../../src/posts/post-store.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { migrate } from '../../src/storage/migrate.ts'
import { deletedAuthors } from '../../src/storage/migrations/0029-deleted-authors.ts'
import type { Transaction } from '../../src/storage/prepared.ts'
import { listDueWebhooks } from '../../src/webhooks/delivery-queue-store.ts'
import { readWebhookBacklog } from '../../src/webhooks/delivery-store.ts'
import {
  createWebhook,
  deleteWebhook,
  findSecrets,
  findWebhook,
  listWebhooks,
  removeDeletedWebhooks,
} from '../../src/webhooks/webhook-store.ts'
import { blankAccount } from '../support/blank-account.ts'
import { databases, type TestDatabase } from '../support/databases.ts'

const NOW = 1_900_000_000_000
const MANY = 1_200

describe.each(databases)('what has very many rows is deleted in batches on $name', (database: TestDatabase) => {
  async function aDatabase() {
    const { url, drop } = await database.create()
    const opened = openDatabase(url)
    onTestFinished(async () => {
      await opened.close()
      await drop()
    })
    await migrate(opened, NOW)
    const batches = async (remove: (tx: Transaction, limit: number) => Promise<number>) => {
      const sizes = []
      do sizes.push(await opened.inTransaction((tx) => remove(tx, 500)))
      while (sizes.at(-1) === 500)
      return sizes
    }
    return { opened, batches }
  }

  it('a webhook with its deliveries', async () => {
    const { opened, batches } = await aDatabase()
    await opened.inTransaction(async (tx) => {
      for (const id of ['crowded', 'small', 'other']) {
        const facts = { url: 'https://example.com/', description: 'a note', events: ['session.ended'] as const }
        await createWebhook(tx, { id, ...facts, sealedSecret: 'sealed' }, NOW)
      }
      const row = { event: 'session.ended', payload: '{}', queued_at: NOW, attempts: 0, next_attempt_at: NOW }
      const rowsOf = (endpoint_id: string, count: number) =>
        Array.from({ length: count }, (_, index) => ({ endpoint_id, event_id: 1 + index, account_id: null, ...row }))
      for (const rows of [rowsOf('crowded', MANY), rowsOf('small', 2), rowsOf('other', 2)]) {
        await tx.insertInto('webhook_deliveries').values(rows).execute()
      }
    })
    const countOf = async (id: string) =>
      (await opened.read.selectFrom('webhook_deliveries').select('event_id').where('endpoint_id', '=', id).execute())
        .length
    for (const id of ['crowded', 'small']) await opened.inTransaction((tx) => deleteWebhook(tx, id, NOW))
    expect((await listWebhooks(opened.read)).map(({ id }) => id)).toEqual(['other'])
    expect(await findWebhook(opened.read, 'crowded')).toBeUndefined()
    expect(await findSecrets(opened.read, 'crowded')).toBeUndefined()
    expect(await listDueWebhooks(opened.read, NOW)).toEqual(['other'])
    expect((await readWebhookBacklog(opened.read)).waiting).toBe(2)
    const kept = await opened.read.selectFrom('webhook_endpoints').selectAll().where('id', '=', 'crowded').execute()
    expect(JSON.stringify(kept)).not.toMatch(/example|note|"sealed"/)
    expect([await countOf('crowded'), await countOf('small')]).toEqual([MANY, 0])

    expect(await batches(removeDeletedWebhooks)).toEqual([500, 500, 200])
    expect([await countOf('crowded'), await countOf('other')]).toEqual([0, 2])
    expect(await opened.read.selectFrom('webhook_endpoints').select('id').execute()).toEqual([{ id: 'other' }])
  })

  it('a group with its memberships', async () => {
    const { opened, batches } = await aDatabase()
    const { crowded, small } = await opened.inTransaction(async (tx) => {
      const groups = []
      for (const name of ['Crowded', 'Small']) {
        const group = (await createGroup(tx, { name, description: 'a note' }, NOW)) ?? expect.fail()
        await setGroupPermissions(tx, group.id, ['accounts.view'])
        groups.push(group.id)
      }
      const [crowded = 0, small = 0] = groups
      for (let index = 0; index < MANY; index++) {
        const account = await createAccount(tx, { ...blankAccount, username: `u${index}` }, 'folded', NOW)
        const id = account?.id ?? expect.fail()
        await addMembers(tx, crowded, [id])
        if (index === 0) await addMembers(tx, small, [id])
      }
      return { crowded, small }
    })
    await opened.inTransaction((tx) => deleteGroup(tx, crowded, NOW))
    expect(await findGroup(opened.read, crowded)).toBeUndefined()
    expect((await listGroups(opened.read, { afterId: 0, limit: 10 })).map(({ name }) => name)).toEqual(['Small'])
    expect(await findGroupIds(opened.read, ['crowded'])).toEqual(new Map())
    expect(await findRights(opened.read, 2)).toMatchObject({ groups: [], permissions: new Set() })
    const [first] = await opened.read
      .selectFrom('account_groups')
      .select('account_id')
      .where('group_id', '=', small)
      .execute()
    expect(await findRights(opened.read, first?.account_id ?? 0)).toMatchObject({ groups: [{ name: 'Small' }] })
    // Its name is free at once.
    const again = (await opened.inTransaction((tx) => createGroup(tx, { name: 'Crowded', description: '' }, NOW)))?.id
    expect(again).toBeGreaterThan(crowded)

    expect(await batches(removeDeletedGroups)).toEqual([500, 500, 200])
    const left = await opened.read.selectFrom('groups').select('id').orderBy('id').execute()
    expect(left.map(({ id }) => id)).toEqual([small, again])
    expect(await opened.read.selectFrom('account_groups').select('group_id').execute()).toEqual([{ group_id: small }])
  })

  it('an account with its posts', async () => {
    const { opened, batches } = await aDatabase()
    const { crowded, small, other } = await opened.inTransaction(async (tx) => {
      const idOf = async (username: string) => {
        const account = await createAccount(tx, { ...blankAccount, username }, 'folded', NOW)
        return account?.id ?? expect.fail()
      }
      const ids = { crowded: await idOf('crowded'), small: await idOf('small'), other: await idOf('other') }
      const authors = [...Array.from({ length: MANY }, () => ids.crowded), ids.small, ids.other]
      const content = { title: 'a title', content: 'a text', created_at: NOW, updated_at: NOW }
      await tx
        .insertInto('posts')
        .values(authors.map((author_id) => ({ author_id, ...content })))
        .execute()
      return ids
    })
    const remove = (...ids: number[]) =>
      opened.inTransaction((tx) => deleteAccountsAndRecord(tx, ids, auditOriginOf(commandLine), NOW + 1))
    const postsOf = async (authorId: number) =>
      (
        await opened.read.selectFrom('posts').select('id').where('author_id', '=', authorId).orderBy('id').execute()
      ).map(({ id }) => id)
    const [kept = 0] = await postsOf(other)
    await remove(small)
    await remove(crowded, 8_888)
    const left = await postsOf(crowded)
    expect([left.length, (await postsOf(small)).length]).toEqual([MANY - 100, 0])
    const lists = [
      await listNewestPosts(opened.read, 10),
      await listPostsPage(opened.read, undefined, 10),
      await listPostsByAuthor(opened.read, other, undefined, 10),
      await searchPosts(opened.read, { search: 'title', authorId: undefined, beforeId: undefined, limit: 10 }),
    ]
    for (const list of lists) expect(list.map(({ id }) => id)).toEqual([kept])
    const [hidden = 0] = left
    expect(await listPostsByAuthor(opened.read, crowded, undefined, 10)).toEqual([])
    expect(await findPost(opened.read, hidden)).toBeUndefined()
    const changed = { title: 'another', content: 'text' }
    const [row, imported] = [
      { ...changed, updated_at: NOW + 9 },
      { ...changed, created_at: NOW, updated_at: NOW },
    ]
    await opened.inTransaction(async (tx) => {
      expect(await updatePost(tx, hidden, changed, NOW)).toBe(false)
      expect(await rewriteImportedPost(tx, hidden, row)).toBe(false)
      expect(await deletePost(tx, hidden)).toBe(false)
      expect(await createPost(tx, crowded, changed, NOW)).toBeUndefined()
      for (const id of [null, 9_999])
        expect(await insertPost(tx, { id, author_id: crowded, ...imported })).toBeUndefined()
    })

    expect(await batches(removePostsOfDeletedAuthors)).toEqual([500, 500, 100])
    expect([await postsOf(crowded), await postsOf(other)]).toEqual([[], [kept]])
    expect(await opened.read.selectFrom('deleted_authors').selectAll().execute()).toEqual([])
  })

  it('an account, and an import that gives its id again gets neither its posts nor loses new ones', async () => {
    const { opened, batches } = await aDatabase()
    const remove = (...ids: number[]) =>
      opened.inTransaction((tx) => deleteAccountsAndRecord(tx, ids, auditOriginOf(commandLine), NOW))
    const importAgain = async () => {
      const keys = { username_key: 'author', email_key: '', phone_key: '' }
      const names = { username: 'author', email: '', phone_number: '', first_name: '', last_name: '', ...keys }
      const times = { created_at: NOW, last_login_at: null, email_verified_at: null, deactivated_at: null }
      const others = { is_staff: 0, is_superuser: 0, sessions_void_at: null, profile: '{}', locale: null } as const
      const row = { id: 7, uid: '7', uid_is_number: 1, ...names, ...times, ...others } as const
      const ids = await opened.inTransaction((tx) => insertAccounts(tx, [row]))
      expect(ids).toEqual(new Map([['7', 7]]))
    }
    const post = { author_id: 7, title: 'a title', content: 'a text', created_at: NOW, updated_at: NOW }
    const posts = async () =>
      (await opened.read.selectFrom('posts').select('title').execute()).map(({ title }) => title)
    for (let round = 0; round < 2; round++) {
      await importAgain()
      expect(await posts()).toEqual([])
      await opened.inTransaction((tx) => tx.insertInto('posts').values(Array(150).fill(post)).execute())
      await remove(7)
      expect((await posts()).length).toBe(50)
    }
    await importAgain()
    await opened.inTransaction((tx) => insertPost(tx, { id: null, ...post, title: 'a new one' }))
    // As if housekeeping had read the deleted authors before the import.
    await opened.inTransaction((tx) =>
      tx.insertInto('deleted_authors').values({ account_id: 7, deleted_at: NOW }).execute(),
    )
    expect(await batches(removePostsOfDeletedAuthors)).toEqual([0])
    expect(await posts()).toEqual(['a new one'])
  })

  it('an account, although posts are written at the same moment', async () => {
    const { opened, batches } = await aDatabase()
    const author = await opened.inTransaction((tx) =>
      createAccount(tx, { ...blankAccount, username: 'author' }, 'folded', NOW),
    )
    const id = author?.id ?? expect.fail()
    const remove = (...ids: number[]) =>
      opened.inTransaction((tx) => deleteAccountsAndRecord(tx, ids, auditOriginOf(commandLine), NOW + 1))
    const write = () => opened.inTransaction((tx) => createPost(tx, id, { title: 'a title', content: 'a text' }, NOW))
    const writes = Array.from({ length: 16 }, write)
    await Promise.all([...writes.slice(0, 8), remove(id), ...writes.slice(8)])
    expect(await batches(removePostsOfDeletedAuthors)).toEqual([0])
    expect(await opened.read.selectFrom('posts').select('id').execute()).toEqual([])
  })

  it('posts, and never gives their ids again, even if they were deleted before an upgrade', async () => {
    const { opened } = await aDatabase()
    const author = await opened.inTransaction((tx) =>
      createAccount(tx, { ...blankAccount, username: 'author' }, 'folded', NOW),
    )
    const write = async () => {
      const content = { title: 'a title', content: 'a text' }
      return (await opened.inTransaction((tx) => createPost(tx, author?.id ?? 0, content, NOW))) ?? expect.fail()
    }
    const first = await write()
    await opened.inTransaction((tx) => deletePost(tx, first))
    await opened.inTransaction((tx) => deletedAuthorsAgain(tx, opened.kind))
    expect(await write()).toBeGreaterThan(first)
  })
})

/** The migration that rebuilds the table of posts, on a database from before it. */
async function deletedAuthorsAgain(tx: Transaction, kind: 'sqlite' | 'postgres'): Promise<void> {
  await tx.schema.dropTable('deleted_authors').execute()
  await tx.schema.dropIndex('posts_by_creation').execute()
  if (kind === 'postgres') {
    await sql`alter table posts add constraint posts_author_id_fkey foreign key (author_id) references accounts (id)`.execute(
      tx,
    )
  }
  await deletedAuthors.up(tx, kind)
}
