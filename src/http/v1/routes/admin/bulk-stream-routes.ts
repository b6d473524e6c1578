import { type Static, Type } from 'typebox'
import type { ApplyToAll, RunProgress } from '../../../../flows/bulk/apply-to-all.ts'
import type { ActionFailure } from '../../../../flows/bulk/apply-to-list.ts'
import type { Logger } from '../../../../platform/log.ts'
import { lineEnd, sendLines } from '../../line-stream.ts'
import { type ApiRoute, administratorOf, apiRoute } from '../../route.ts'
import { idSchema, orNull } from '../../wire.ts'
import { filterOf } from './account-filter.ts'
import { accountsOf, actionOf, bulkCounts, bulkProperties } from './bulk-body.ts'

export type BulkStreamRouteParts = { applyToAll: ApplyToAll; log: Logger }

/** How many accounts one request can name by their ids. */
const MOST_IDS = 10_000

const line = Type.Object(
  {
    ...bulkCounts,
    failed: { ...bulkCounts.failed, description: 'Those that failed since the previous line' },
    share: Type.Number({ minimum: 0, maximum: 1, description: 'How far the request has got, from 0 to 1' }),
    last_id: orNull(Type.Integer({ ...idSchema, description: 'All accounts up to this id are done' })),
    ...lineEnd,
  },
  { title: 'BulkLine', description: 'A line of JSON for each hundred accounts, and one at the end' },
)
type Line = Omit<Static<typeof line>, keyof typeof lineEnd>

const none: Line = { done: 0, unchanged: 0, failed: [], share: 0, last_id: null }

/** One action for many accounts, in one request. */
export function bulkStreamRoutes({ applyToAll, log }: BulkStreamRouteParts): ApiRoute[] {
  return [
    apiRoute({
      method: 'POST',
      path: '/admin/users/bulk/stream',
      access: 'staff',
      tag: 'administration',
      permission: 'accounts.view',
      needsRecentLogin: true,
      summary: 'Apply one action to many accounts, and report the progress',
      description:
        `Name up to ${MOST_IDS.toLocaleString('en')} accounts as \`ids\`, or select them with \`filter\`. The response is JSON lines. ` +
        'You need the same permission as for one account; the server checks it again every hundred accounts. An account that ' +
        'fails does not stop the others. To stop, close the connection: accounts already changed stay changed. To continue, send the last `last_id` as `after`.',
      body: Type.Object({
        ...bulkProperties(MOST_IDS),
        after: Type.Optional(
          Type.Integer({ ...idSchema, description: 'To continue where another request stopped: its `last_id`' }),
        ),
      }),
      answer: { status: 200, schema: line, contentType: 'application/x-ndjson' },
      refusals: ['not_found', 'overloaded'],
      handle: async (asked) => {
        const { body, reply, request } = asked
        const which = accountsOf(body)
        const { after: afterId = 0 } = body
        const accounts = 'ids' in which ? { ...which, afterId } : { filter: filterOf(which.filter), afterId }
        const run = await applyToAll(actionOf(body), accounts, administratorOf(asked))
        return sendLines({
          run,
          present: presentProgress,
          none,
          atEnd: (isFinished) => ({ failed: [], ...(isFinished && { share: 1 }) }),
          reply,
          requestId: request.id,
          log,
        })
      },
    }),
  ]
}

function presentProgress({ done, unchanged, failed, share, lastId }: RunProgress): Line {
  return { done, unchanged, failed: failed.map(presentFailure), share, last_id: lastId }
}

function presentFailure({ id, username, code }: ActionFailure) {
  return { id, username: username ?? null, code }
}
