import { recordEvent } from '../../audit/audit-store.ts'
import { AuthError, refuseFaults } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { textFaults } from '../../platform/text-rules.ts'
import { type Post, type PostContent, TITLE_LIMIT } from '../../posts/post.ts'
import { searchPosts } from '../../posts/post-search-store.ts'
import { deletePost, findPost, listPostsByAuthor, listPostsPage, updatePost } from '../../posts/post-store.ts'
import type { Database } from '../../storage/database.ts'
import type { Transaction } from '../../storage/prepared.ts'
import { type Administrator, auditOriginOf } from '../rights/actor.ts'
import { admit, refuseProtected } from '../rights/authority.ts'

/** The operations of administrators on other people's sample posts. They need `posts.change` or `posts.delete`. */
export type PostAdministration = {
  /** Newest first, at most `limit` posts older than `beforeId`; only those with `search` in the title, if it is given. */
  list(query: {
    search: string | undefined
    authorId: number | undefined
    beforeId: number | undefined
    limit: number
  }): Promise<Post[]>
  /** @throws AuthError `not_found` */
  get(id: number): Promise<Post>
  /** @throws AuthError `not_found`, `permission_denied`, `invalid_fields` */
  change(id: number, content: Partial<PostContent>, administrator: Administrator): Promise<Post>
  /** @throws AuthError `not_found`, `permission_denied` */
  remove(id: number, administrator: Administrator): Promise<void>
}

export function createPostAdministration({
  database,
  clock,
}: {
  database: Database
  clock: Clock
}): PostAdministration {
  async function admitTo(
    tx: Transaction,
    id: number,
    administrator: Administrator,
    needed: 'posts.change' | 'posts.delete',
  ): Promise<Post> {
    const by = await admit(tx, administrator, needed)
    const post = await findPost(tx, id)
    if (post === undefined) throw new AuthError('not_found')
    // Nobody may change posts of an account with more rights.
    await refuseProtected(tx, by, post.authorId)
    return post
  }

  return {
    async list({ search = '', authorId, beforeId, limit }) {
      if (search.trim() !== '') return searchPosts(database.read, { search: search.trim(), authorId, beforeId, limit })
      if (authorId === undefined) return listPostsPage(database.read, beforeId, limit)
      return listPostsByAuthor(database.read, authorId, beforeId, limit)
    },
    async get(id) {
      const post = await findPost(database.read, id)
      if (post === undefined) throw new AuthError('not_found')
      return post
    },
    async change(id, { title, content }, administrator) {
      const now = clock.now()
      refuseFaults([
        ...textFaults(title ?? '', TITLE_LIMIT).map((fault) => ({ field: 'title', ...fault })),
        ...(title === undefined || title.trim() !== '' ? [] : [{ field: 'title', fault: 'required' }]),
        ...(content === undefined || content.trim() !== '' ? [] : [{ field: 'content', fault: 'required' }]),
      ])
      return database.inTransaction(async (tx) => {
        const post = await admitTo(tx, id, administrator, 'posts.change')
        const wanted = { title: title ?? post.title, content: content ?? post.content }
        const fields = (['title', 'content'] as const).filter((name) => wanted[name] !== post[name])
        if (fields.length === 0) return post
        if (!(await updatePost(tx, id, wanted, now))) throw new AuthError('not_found')
        const facts = { accountId: post.authorId, postId: id, fields, origin: auditOriginOf(administrator) }
        await recordEvent(tx, now, 'post.changed', facts)
        return { ...post, ...wanted, updatedAt: now }
      })
    },
    async remove(id, administrator) {
      await database.inTransaction(async (tx) => {
        const post = await admitTo(tx, id, administrator, 'posts.delete')
        if (!(await deletePost(tx, id))) throw new AuthError('not_found')
        const facts = { accountId: post.authorId, postId: id, origin: auditOriginOf(administrator) }
        await recordEvent(tx, clock.now(), 'post.deleted', facts)
      })
    },
  }
}
