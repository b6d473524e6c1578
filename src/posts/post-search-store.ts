import { setImmediate as othersTurn } from 'node:timers/promises'
import { type SqlBool, sql } from 'kysely'
import { inBytes } from '../storage/begins-with.ts'
import type { Queryable } from '../storage/prepared.ts'
import type { Post } from './post.ts'
import { allPosts } from './post-store.ts'

/** How many posts one query examines: a few milliseconds of work, even if few match. */
const STRETCH = 5_000

/** Which posts to find: this text in the title (A to Z in either case), this author, starting after the post `beforeId`. */
type PostSearch = { search: string; authorId: number | undefined; beforeId: number | undefined; limit: number }

/** The posts that match, newest first. It examines the posts in stretches, so that other work can run in between. */
export async function searchPosts(
  db: Queryable,
  { search, authorId, beforeId = Number.MAX_SAFE_INTEGER, limit }: PostSearch,
): Promise<Post[]> {
  const lower = search.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
  const pattern = `%${lower.replace(/[!%_]/g, '!$&')}%`
  const title = sql<string>`posts.title`
  const matches = sql<SqlBool>`lower(${inBytes(db, title)}) like ${pattern} escape '!'`
  const found: Post[] = []
  let before = beforeId
  for (;;) {
    const from = await nthBefore(db, before, authorId)
    let query = allPosts(db)
      .where('posts.id', '<', before)
      .where('posts.id', '>=', from ?? 0)
      .where(matches)
    if (authorId !== undefined) query = query.where('posts.author_id', '=', authorId)
    found.push(
      ...(await query
        .orderBy('posts.id', 'desc')
        .limit(limit - found.length)
        .execute()),
    )
    if (found.length === limit || from === undefined) return found
    before = from
    await othersTurn()
  }
}

/** Where a stretch ends; undefined: at the oldest post. */
async function nthBefore(db: Queryable, before: number, authorId: number | undefined): Promise<number | undefined> {
  let posts = db.selectFrom('posts').select('id').where('id', '<', before)
  if (authorId !== undefined) posts = posts.where('author_id', '=', authorId)
  return (
    await posts
      .orderBy('id', 'desc')
      .offset(STRETCH - 1)
      .limit(1)
      .executeTakeFirst()
  )?.id
}
