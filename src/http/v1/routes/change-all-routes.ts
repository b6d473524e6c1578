import { type Static, Type } from 'typebox'
import type { ChangeAll, RunProgress } from '../../../flows/accounts/change-all.ts'
import type { ManyFailure } from '../../../flows/accounts/change-each.ts'
import type { Logger } from '../../../platform/log.ts'
import { lineEnd, sendLines } from '../line-stream.ts'
import { type ApiRoute, administratorOf, apiRoute } from '../route.ts'
import { idSchema, orNull } from '../wire.ts'
import { filterOf } from './account-filter.ts'
import { accountsOf, actionOf, bulkCounts, bulkProperties } from './bulk-body.ts'

export type ChangeAllRouteParts = { changeAll: ChangeAll; log: Logger }

/** How many accounts one request can name by their ids. */
const MOST_IDS = 10_000

const line = Type.Object(
  {
    ...bulkCounts,
    failed: { ...bulkCounts.failed, description: 'Those that failed since the line before' },
    share: Type.Number({ minimum: 0, maximum: 1, description: 'How much of the way is behind it' }),
    last_id: orNull(Type.Integer({ ...idSchema, description: 'All accounts up to this id are done' })),
    ...lineEnd,
  },
  { title: 'BulkLine', description: 'A line of JSON for each hundred accounts, and one at the end' },
)
type Line = Omit<Static<typeof line>, keyof typeof lineEnd>

const none: Line = { done: 0, unchanged: 0, failed: [], share: 0, last_id: null }

/** One thing for all of many accounts, in one request. */
export function changeAllRoutes({ changeAll, log }: ChangeAllRouteParts): ApiRoute[] {
  return [
    apiRoute({
      method: 'POST',
      path: '/admin/users/bulk/stream',
      access: 'staff',
      tag: 'administration',
      permission: 'accounts.view',
      needsRecentLogin: true,
      summary: 'Do one thing to all of many accounts, and report while it is done',
      description:
        `Name up to ${MOST_IDS.toLocaleString('en')} accounts by \`ids\`, or all that match by \`filter\`. The answer is JSON lines. ` +
        'It takes the same permission as doing it to one account, which is checked again every hundred accounts. Accounts that ' +
        'fail hold up none of the others. To stop, hang up: what is done stays done. To go on later, send the last `last_id` as `after`.',
      body: Type.Object({
        ...bulkProperties(MOST_IDS),
        after: Type.Optional(
          Type.Integer({ ...idSchema, description: 'To go on where another run stopped: its `last_id`' }),
        ),
      }),
      answer: { status: 200, schema: line, contentType: 'application/x-ndjson' },
      refusals: ['not_found', 'overloaded'],
      handle: async (asked) => {
        const { body, reply, request } = asked
        const which = accountsOf(body)
        const { after: afterId = 0 } = body
        const accounts = 'ids' in which ? { ...which, afterId } : { filter: filterOf(which.filter), afterId }
        const run = await changeAll(actionOf(body), accounts, administratorOf(asked))
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

function presentFailure({ id, username, code }: ManyFailure) {
  return { id, username: username ?? null, code }
}
