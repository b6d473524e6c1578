import { type SqlBool, sql } from 'kysely'
import {
  isPostgres,
  prepared,
  preparedChange,
  preparedReturning,
  type Queryable,
  type Transaction,
} from '../storage/prepared.ts'
import type { Post, PostContent } from './post.ts'

/** Posts with the names of their authors. */
export const allPosts = (db: Queryable) =>
  db
    .selectFrom('posts')
    .innerJoin('accounts', 'accounts.id', 'posts.author_id')
    .select([
      'posts.id',
      'posts.author_id as authorId',
      'accounts.username as author',
      'posts.title',
      'posts.content',
      'posts.created_at as createdAt',
      'posts.updated_at as updatedAt',
    ])

const newestFirst = (db: Queryable) => allPosts(db).orderBy('posts.created_at', 'desc').orderBy('posts.id', 'desc')

const newest = prepared((db, limit: number) => newestFirst(db).limit(limit))
const byId = prepared((db, id: number) => allPosts(db).where('posts.id', '=', id))
const page = prepared((db, beforeId: number, limit: number) =>
  allPosts(db).where('posts.id', '<', beforeId).orderBy('posts.id', 'desc').limit(limit),
)
const byAuthor = prepared((db, authorId: number, beforeId: number, limit: number) =>
  allPosts(db)
    .where('posts.author_id', '=', authorId)
    .where('posts.id', '<', beforeId)
    .orderBy('posts.id', 'desc')
    .limit(limit),
)

/** The newest posts of all accounts, newest first, at most `limit` of them. */
export function listNewestPosts(db: Queryable, limit: number): Promise<Post[]> {
  return newest(db, limit)
}

/** The posts of all accounts, newest first, at most `limit` of them, starting after the post `beforeId`. */
export function listPostsPage(db: Queryable, beforeId: number | undefined, limit: number): Promise<Post[]> {
  return page(db, beforeId ?? Number.MAX_SAFE_INTEGER, limit)
}

/** The posts of one account, newest first, at most `limit` of them, starting after the post `beforeId`. */
export function listPostsByAuthor(
  db: Queryable,
  authorId: number,
  beforeId: number | undefined,
  limit: number,
): Promise<Post[]> {
  return byAuthor(db, authorId, beforeId ?? Number.MAX_SAFE_INTEGER, limit)
}

/** The post with this id. */
export async function findPost(db: Queryable, id: number): Promise<Post | undefined> {
  return (await byId(db, id))[0]
}

const insert = preparedReturning(
  (db, authorId: number, title: string, content: string, createdAt: number, updatedAt: number) =>
    db
      .insertInto('posts')
      .columns(['author_id', 'title', 'content', 'created_at', 'updated_at'])
      .expression((query) =>
        query
          .selectFrom('accounts')
          .select((row) => [
            'accounts.id',
            row.cast<string>(row.val(title), 'text').as('title'),
            row.cast<string>(row.val(content), 'text').as('content'),
            row.cast<number>(row.val(createdAt), 'bigint').as('created_at'),
            row.cast<number>(row.val(updatedAt), 'bigint').as('updated_at'),
          ])
          .where('accounts.id', '=', authorId)
          // As a foreign key would: whoever deletes the account waits for this post, and deletes it too.
          .$if(isPostgres(db), (account) => account.forKeyShare()),
      )
      .returning('id'),
)

/** Creates a post and returns its id; undefined if its author's account is gone. */
export async function createPost(
  db: Transaction,
  authorId: number,
  post: PostContent,
  now: number,
): Promise<number | undefined> {
  return (await insert(db, authorId, post.title, post.content, now, now))[0]?.id
}

/** Whether the author of a post still has an account. Otherwise, the post is about to be deleted. */
export const hasAuthor = sql<SqlBool>`exists (select 1 from accounts where accounts.id = posts.author_id)`

const update = preparedChange((db, id: number, title: string, content: string, now: number) =>
  db.updateTable('posts').set({ title, content, updated_at: now }).where('id', '=', id).where(hasAuthor),
)
const remove = preparedChange((db, id: number) => db.deleteFrom('posts').where('id', '=', id).where(hasAuthor))

/** Replaces the content of a post. False if it no longer exists. */
export async function updatePost(db: Transaction, id: number, post: PostContent, now: number): Promise<boolean> {
  return (await update(db, id, post.title, post.content, now)) === 1
}

/** Deletes a post. False if it no longer exists. */
export async function deletePost(db: Transaction, id: number): Promise<boolean> {
  return (await remove(db, id)) === 1
}
