import { AuthError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { mayWrite, type Post, type PostContent } from '../../posts/post.ts'
import {
  createPost,
  deletePost,
  findPost,
  listNewestPosts,
  listPostsByAuthor,
  updatePost,
} from '../../posts/post-store.ts'
import type { Database } from '../../storage/database.ts'
import type { Caller } from '../rights/actor.ts'

/**
 * How many posts one response lists. Anybody can write posts, and without a limit their number could stall the server.
 */
const MOST_LISTED = 1_000

/** The operations of the sample resource: every logged-in user may read, only the author may write. */
export type Posts = {
  /** The newest ones, newest first: the classic contract has no pages. */
  list(): Promise<Post[]>
  /** The posts of one account, newest first, at most `limit` of them, starting after the post `beforeId`. */
  listByAuthor(accountId: number, beforeId: number | undefined, limit: number): Promise<Post[]>
  /** @throws AuthError `not_found` */
  read(id: number): Promise<Post>
  /** @throws AuthError `account_not_found` if the caller was deleted in between */
  create(caller: Caller, content: PostContent): Promise<Post>
  /** @throws AuthError `not_found`, `permission_denied` */
  readForWriting(caller: Caller, id: number): Promise<Post>
  /** @throws AuthError `not_found` if it was deleted meanwhile */
  update(post: Post, content: PostContent): Promise<Post>
  /** @throws AuthError `not_found` if it was deleted meanwhile */
  remove(post: Post): Promise<void>
}

export function createPosts({ database, clock }: { database: Database; clock: Clock }): Posts {
  async function read(id: number): Promise<Post> {
    const post = await findPost(database.read, id)
    if (post === undefined) throw new AuthError('not_found')
    return post
  }

  return {
    list: () => listNewestPosts(database.read, MOST_LISTED),
    listByAuthor: (accountId, beforeId, limit) => listPostsByAuthor(database.read, accountId, beforeId, limit),
    read,
    async create(caller, content) {
      const now = clock.now()
      const id = await database.inTransaction((tx) => createPost(tx, caller.account.id, content, now))
      if (id === undefined) throw new AuthError('account_not_found')
      const { id: authorId, username: author } = caller.account
      return { id, authorId, author, ...content, createdAt: now, updatedAt: now }
    },
    async readForWriting(caller, id) {
      const post = await read(id)
      if (!mayWrite(post, caller.account.id)) throw new AuthError('permission_denied')
      return post
    },
    async update(post, content) {
      const now = clock.now()
      if (!(await database.inTransaction((tx) => updatePost(tx, post.id, content, now))))
        throw new AuthError('not_found')
      return { ...post, ...content, updatedAt: now }
    },
    async remove(post) {
      if (!(await database.inTransaction((tx) => deletePost(tx, post.id)))) throw new AuthError('not_found')
    },
  }
}
