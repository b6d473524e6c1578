/** The longest title, in code points. */
export const TITLE_LIMIT = 200

/** The sample resource: something that belongs to an account. */
export type Post = {
  id: number
  authorId: number
  /** The author's username as it is now. */
  author: string
  title: string
  content: string
  createdAt: number
  updatedAt: number
}

/** What its author may set. */
export type PostContent = Pick<Post, 'title' | 'content'>

/** Everybody who is logged in may read a post; only its author may write it. */
export function mayWrite(post: Post, accountId: number): boolean {
  return post.authorId === accountId
}
