import { type Static, Type } from 'typebox'
import type { IdOfUsername } from '../../../../flows/accounts/names/account-names.ts'
import {
  ENDED_AT_ONCE,
  type EndMatching,
  type EndProgress,
  type EndStep,
} from '../../../../flows/bulk/end-matching-sessions.ts'
import type { Logger } from '../../../../platform/log.ts'
import { lineEnd, sendLines } from '../../line-stream.ts'
import { type ApiRoute, administratorOf, apiRoute } from '../../route.ts'
import { orNull } from '../../wire.ts'
import { createReadSessionFilter, sessionFilterSchema } from '../session-filter.ts'
import { readSessionCursor, writeSessionCursor } from '../session-json.ts'

export type EndSessionsRouteParts = {
  endMatching: EndMatching
  endStep: EndStep
  idOfUsername: IdOfUsername
  log: Logger
}

const body = Type.Object({
  filter: sessionFilterSchema,
  cursor: Type.Optional(Type.String({ description: 'To continue where another request stopped: its last `next`' })),
})

const counts = {
  ended: Type.Integer({ minimum: 0 }),
  failed: Type.Integer({ minimum: 0, description: 'How many belong to accounts with more rights than the caller' }),
  next: orNull(Type.String({ description: 'Null when all have ended' })),
}
const answer = Type.Object(counts)
const line = Type.Object(
  { ...counts, ...lineEnd },
  { title: 'EndLine', description: `A line of JSON for each ${ENDED_AT_ONCE} sessions, and one at the end` },
)
const none: Static<typeof answer> = { ended: 0, failed: 0, next: null }

/** Ending the running sessions that match a filter. */
export function endSessionsRoutes({ endMatching, endStep, idOfUsername, log }: EndSessionsRouteParts): ApiRoute[] {
  const filterOf = createReadSessionFilter(idOfUsername)
  return [
    apiRoute({
      method: 'POST',
      path: '/admin/sessions/end',
      access: 'staff',
      permission: 'sessions.delete',
      needsRecentLogin: true,
      tag: 'administration',
      summary: 'End a batch of the running sessions that match a filter',
      description:
        `Ends at most ${ENDED_AT_ONCE} sessions, never your own. \`next\` is null when all have ended; otherwise send it as ` +
        '`cursor` with the same filter. `{}` as the filter means all sessions. For all of them in one request, see `end/stream`.',
      body,
      answer: { status: 200, schema: answer },
      handle: async (asked) => {
        const { filter, cursor } = asked.body
        return presentProgress(await endStep(await filterOf(filter), readSessionCursor(cursor), administratorOf(asked)))
      },
    }),
    apiRoute({
      method: 'POST',
      path: '/admin/sessions/end/stream',
      access: 'staff',
      permission: 'sessions.delete',
      needsRecentLogin: true,
      tag: 'administration',
      summary: 'End all running sessions that match a filter, and report the progress',
      description:
        'Never ends your own session. `{}` as the filter means all sessions. The response is JSON lines, each with the counts ' +
        'so far. The server checks the permission again before each line. To stop, close the connection: ended sessions stay ended. To continue, ' +
        'send the last `next` as `cursor`.',
      body,
      answer: { status: 200, schema: line, contentType: 'application/x-ndjson' },
      refusals: ['overloaded'],
      handle: async (asked) => {
        const { body: wanted, reply, request } = asked
        const filter = await filterOf(wanted.filter)
        const run = await endMatching(filter, readSessionCursor(wanted.cursor), administratorOf(asked))
        return sendLines({ run, present: presentProgress, none, atEnd: () => ({}), reply, requestId: request.id, log })
      },
    }),
  ]
}

function presentProgress({ ended, failed, next }: EndProgress): Static<typeof answer> {
  return { ended, failed, next: writeSessionCursor(next) }
}
