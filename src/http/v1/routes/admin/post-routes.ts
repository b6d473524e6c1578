import { Type } from 'typebox'
import type { IdOfUsername } from '../../../../flows/accounts/names/account-names.ts'
import type { PostAdministration } from '../../../../flows/posts/post-administration.ts'
import { type Post, TITLE_LIMIT } from '../../../../posts/post.ts'
import { nextPage, PAGE, pageLimit, pageStart } from '../../page.ts'
import { type ApiRoute, administratorOf, apiRoute } from '../../route.ts'
import { readId, timeSchema, usernameParameter, wireTime } from '../../wire.ts'

const post = Type.Object({
  id: Type.Integer(),
  title: Type.String(),
  content: Type.String(),
  author_id: Type.Integer(),
  author: Type.String({ description: 'The current username of its author' }),
  created_at: timeSchema,
  updated_at: timeSchema,
})

type PostRouteParts = {
  posts: PostAdministration
  idOfUsername: IdOfUsername
}

/** The sample posts of all accounts, for administrators; only with SAMPLE_RESOURCES. */
export function postRoutes({ posts, idOfUsername }: PostRouteParts): ApiRoute[] {
  const common = { access: 'staff', tag: 'administration' } as const
  return [
    apiRoute({
      ...common,
      method: 'GET',
      path: '/admin/posts',
      permission: 'posts.view',
      summary: 'List the sample posts of all accounts, newest first',
      query: Type.Object({
        search: Type.Optional(
          Type.String({
            maxLength: TITLE_LIMIT,
            description: 'Only posts with this text in the title, in any case of A to Z',
          }),
        ),
        author: usernameParameter('Only posts of the account with this username'),
        before: pageStart('Only posts before the one with this id'),
        limit: pageLimit,
      }),
      answer: { status: 200, schema: Type.Object({ posts: Type.Array(post), next: nextPage('before') }) },
      handle: async ({ query: { search, author, before, limit = PAGE } }) => {
        const authorId = await idOfUsername(author)
        const listed = await posts.list({ search, authorId, beforeId: before, limit })
        return { posts: listed.map(presentPost), next: listed.length < limit ? null : (listed.at(-1)?.id ?? null) }
      },
    }),
    apiRoute({
      ...common,
      method: 'GET',
      path: '/admin/posts/:id',
      permission: 'posts.view',
      summary: 'Get a sample post',
      answer: { status: 200, schema: post },
      refusals: ['not_found'],
      handle: async ({ params }) => presentPost(await posts.get(readId(params.id))),
    }),
    apiRoute({
      ...common,
      method: 'PATCH',
      path: '/admin/posts/:id',
      permission: 'posts.change',
      summary: 'Change a sample post',
      description: 'Fields you leave out stay as they are.',
      body: Type.Object({
        title: Type.Optional(Type.String({ maxLength: TITLE_LIMIT })),
        content: Type.Optional(Type.String()),
      }),
      answer: { status: 200, schema: post },
      refusals: ['not_found'],
      handle: async (asked) =>
        presentPost(await posts.change(readId(asked.params.id), asked.body, administratorOf(asked))),
    }),
    apiRoute({
      ...common,
      method: 'DELETE',
      path: '/admin/posts/:id',
      permission: 'posts.delete',
      summary: 'Delete a sample post',
      answer: { status: 204 },
      refusals: ['not_found'],
      handle: (asked) => posts.remove(readId(asked.params.id), administratorOf(asked)),
    }),
  ]
}

function presentPost(one: Post) {
  return {
    id: one.id,
    title: one.title,
    content: one.content,
    author_id: one.authorId,
    author: one.author,
    created_at: wireTime(one.createdAt),
    updated_at: wireTime(one.updatedAt),
  }
}
