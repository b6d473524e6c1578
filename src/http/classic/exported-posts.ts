import type { Posts } from '../../flows/posts/posts.ts'

/** How many posts are in memory at once. */
const PAGE = 500

/** The posts of an account, as its owner's export shows them, newest first. */
export async function* exportedPosts(posts: Pick<Posts, 'listByAuthor'>, accountId: number) {
  let beforeId: number | undefined
  do {
    const page = await posts.listByAuthor(accountId, beforeId, PAGE)
    yield page.map(({ id, title, content, createdAt, updatedAt }) => ({
      id,
      title,
      content,
      created_at: new Date(createdAt).toISOString(),
      updated_at: new Date(updatedAt).toISOString(),
    }))
    beforeId = page.length < PAGE ? undefined : page.at(-1)?.id
  } while (beforeId !== undefined)
}
