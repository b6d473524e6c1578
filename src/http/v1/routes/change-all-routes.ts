import { Readable } from 'node:stream'
import { type Static, Type } from 'typebox'
import type { ChangeAll, RunProgress } from '../../../flows/accounts/change-all.ts'
import type { ManyFailure } from '../../../flows/accounts/change-many.ts'
import type { Logger } from '../../../platform/log.ts'
import { problemOf } from '../../problem.ts'
import { logFailure, refusalOf } from '../../refusal.ts'
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
    end: orNull(Type.Enum(['finished', 'stopped'], { description: 'Null: the next line follows' })),
    problem: orNull(
      Type.Object(
        { status: Type.Integer(), code: Type.String(), title: Type.String() },
        { description: 'Why it stopped' },
      ),
    ),
  },
  { title: 'BulkLine', description: 'A line of JSON for each hundred accounts, and one at the end' },
)
type Line = Static<typeof line>

/** One thing for all of many accounts, in one request. */
export function changeAllRoutes({ changeAll, log }: ChangeAllRouteParts): ApiRoute[] {
  /** The last line always says how it ended. A stream without one broke off. */
  async function* linesOf(run: AsyncIterable<RunProgress>, requestId: string): AsyncGenerator<string> {
    let latest: Line = { done: 0, unchanged: 0, failed: [], share: 0, last_id: null, end: null, problem: null }
    try {
      for await (const { done, unchanged, failed, share, lastId } of run) {
        latest = { ...latest, done, unchanged, failed: failed.map(presentFailure), share, last_id: lastId }
        yield textOf(latest)
      }
      yield textOf({ ...latest, failed: [], share: 1, end: 'finished' })
    } catch (error) {
      const refusal = refusalOf(error)
      logFailure(log, requestId, refusal)
      const { status, code, title } = problemOf(refusal)
      yield textOf({ ...latest, failed: [], end: 'stopped', problem: { status, code, title } })
    }
  }

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
        // nginx would keep the lines back until it has a buffer full of them.
        reply.header('x-accel-buffering', 'no')
        return Readable.from(linesOf(run, request.id))
      },
    }),
  ]
}

function presentFailure({ id, username, code }: ManyFailure) {
  return { id, username: username ?? null, code }
}

function textOf(one: Line): string {
  return `${JSON.stringify(one)}\n`
}
