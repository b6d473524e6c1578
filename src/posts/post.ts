/** The longest title, in code points. */
export const TITLE_LIMIT = 200

/** The sample resource: something that belongs to an account. */
export type Post = {
  id: number
  authorId: number
  /** The author's current username. */
  author: string
  title: string
  content: string
  createdAt: number
  updatedAt: number
}

/** The fields that its author may set. */
export type PostContent = Pick<Post, 'title' | 'content'>

/** Every logged-in user may read a post; only its author may change it. */
export function mayWrite(post: Post, accountId: number): boolean {
  return post.authorId === accountId
}
