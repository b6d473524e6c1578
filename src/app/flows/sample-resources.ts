import type { IdOfUsername } from '../../flows/accounts/names/account-names.ts'
import { createPostAdministration } from '../../flows/posts/post-administration.ts'
import { createPosts } from '../../flows/posts/posts.ts'
import { exportedPosts } from '../../http/classic/exported-posts.ts'
import type { AppParts, Core } from '../parts.ts'

/**
 * Builds the sample resources of the classic contract. Without SAMPLE_RESOURCES, nobody can reach them, but posts from
 * before stay part of what an account can export.
 */
export async function buildSampleResources(
  { config, clock }: AppParts,
  { database }: Core,
  { idOfUsername }: { idOfUsername: IdOfUsername },
) {
  const posts = createPosts({ database, clock })
  const samples = { exportPosts: (accountId: number) => exportedPosts(posts, accountId) }
  if (!config.posts.sampleResources) return { ...samples, sampleViews: [], sampleRoutes: [] }
  // Loaded here for the same reason as `http.ts` in `server.ts`.
  const { sampleViews } = await import('../../http/classic/sample-views.ts')
  const { postRoutes } = await import('../../http/v1/routes/admin/post-routes.ts')
  return {
    ...samples,
    sampleViews: sampleViews({ posts }),
    sampleRoutes: postRoutes({ posts: createPostAdministration({ database, clock }), idOfUsername }),
  }
}
