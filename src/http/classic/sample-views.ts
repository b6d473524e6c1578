import { AuthError } from '../../errors.ts'
import type { Posts } from '../../flows/posts/posts.ts'
import type { Post, PostContent } from '../../posts/post.ts'
import { callerOf } from '../credentials/caller.ts'
import { ClassicAnswer, fieldErrors } from './answer.ts'
import { readFields } from './fields.ts'
import * as schemas from './schemas.ts'
import type { View, ViewRequest } from './view.ts'

/** The sample resources: two protected pages, and posts (sections 6.14 and 7). */
export function sampleViews({ posts }: { posts: Posts }): View[] {
  return [
    {
      id: 'protected',
      name: 'Protected',
      paths: ['/api/protected/'],
      header: 'required',
      methods: {
        GET: {
          summary: 'A protected page',
          answer: { status: 200, schema: schemas.messageWithUser },
          handle: async (request) =>
            new ClassicAnswer(200, {
              message: 'This is a protected view',
              user: callerOf(request).account.username,
            }),
        },
      },
    },
    {
      id: 'dashboard',
      name: 'Dashboard',
      paths: ['/dashboard/'],
      header: 'required',
      methods: {
        GET: {
          summary: 'Another protected page',
          answer: { status: 200, schema: schemas.message },
          handle: async (request) =>
            new ClassicAnswer(200, { message: `Welcome to your dashboard, ${callerOf(request).account.username}` }),
        },
      },
    },
    {
      id: 'post-list',
      name: 'Post List',
      paths: ['/api/posts/'],
      header: 'required',
      methods: {
        GET: {
          summary: 'List all posts, newest first',
          answer: { status: 200, schema: schemas.posts },
          handle: async () => new ClassicAnswer(200, (await posts.list()).map(present)),
        },
        POST: {
          summary: 'Write a post',
          body: schemas.postBody,
          answer: { status: 201, schema: schemas.post },
          handle: async (request) => {
            const content = await readContent(request)
            return new ClassicAnswer(201, present(await posts.create(callerOf(request), content)))
          },
        },
      },
    },
    {
      id: 'post-detail',
      name: 'Post Instance',
      paths: ['/api/posts/:id/'],
      header: 'required',
      methods: {
        GET: {
          summary: 'Get a post',
          answer: { status: 200, schema: schemas.post },
          handle: async (request) => new ClassicAnswer(200, present(await posts.read(idOf(request)))),
        },
        PUT: {
          summary: 'Replace my post',
          body: schemas.postBody,
          answer: { status: 200, schema: schemas.post },
          handle: async (request) => {
            const post = await posts.readForWriting(callerOf(request), idOf(request))
            return new ClassicAnswer(200, present(await posts.update(post, await readContent(request))))
          },
        },
        PATCH: {
          summary: 'Change my post',
          body: schemas.postChange,
          answer: { status: 200, schema: schemas.post },
          handle: async (request) => {
            const post = await posts.readForWriting(callerOf(request), idOf(request))
            return new ClassicAnswer(200, present(await posts.update(post, await readContent(request, post))))
          },
        },
        DELETE: {
          summary: 'Delete my post',
          answer: { status: 204 },
          handle: async (request) => {
            await posts.remove(await posts.readForWriting(callerOf(request), idOf(request)))
            return new ClassicAnswer(204)
          },
        },
      },
    },
  ]
}

/** @param current the post, for a partial change; without it, both fields are required */
async function readContent(request: ViewRequest, current?: PostContent): Promise<PostContent> {
  const { values, errors: faults } = readFields(schemas.postBody, await request.body(), {
    isPartial: current !== undefined,
    trimPasswords: false,
  })
  if (Object.keys(faults).length > 0) throw fieldErrors(faults)
  return { title: values.title ?? current?.title ?? '', content: values.content ?? current?.content ?? '' }
}

/** The number in the path. Anything that is not a number, or is larger than any id, counts as an unknown id. */
function idOf(request: ViewRequest): number {
  const id = /^[0-9]+$/.test(request.pathId ?? '') ? Number(request.pathId) : Number.NaN
  if (!Number.isSafeInteger(id)) throw new AuthError('not_found')
  return id
}

function present(post: Post): schemas.PostJson {
  return {
    id: post.id,
    title: post.title,
    content: post.content,
    author: post.author,
    created_at: new Date(post.createdAt).toISOString(),
    updated_at: new Date(post.updatedAt).toISOString(),
  }
}
