import { Type } from 'typebox'
import { fieldRefusal } from '../../../../errors.ts'
import type { Statistics, StatisticsBucket } from '../../../../flows/statistics/statistics.ts'
import type { Clock } from '../../../../platform/clock.ts'
import { HOUR_MS, type StatisticName, statisticNames, statistics } from '../../../../statistics/statistics.ts'
import { type ApiRoute, apiRoute } from '../../route.ts'
import { momentParameter, readMoment, timeSchema, wireTime } from '../../wire.ts'

const DAY_MS = 24 * HOUR_MS
/** How many buckets an answer may have. */
const MOST = 800

const counts = Object.fromEntries(
  statisticNames.map((name) => [name, Type.Integer({ minimum: 0, description: statistics[name] })]),
) as Record<StatisticName, ReturnType<typeof Type.Integer>>

const answer = Type.Object({
  step: Type.Enum(['hour', 'day']),
  from: timeSchema,
  to: timeSchema,
  buckets: Type.Array(Type.Object({ at: timeSchema, ...counts })),
})

export type StatisticsRouteParts = { statistics: Pick<Statistics, 'read'>; clock: Clock }

/** What happened over time, for administrators. */
export function statisticsRoutes({ statistics: source, clock }: StatisticsRouteParts): ApiRoute[] {
  return [
    apiRoute({
      method: 'GET',
      path: '/admin/statistics',
      access: 'staff',
      permission: 'statistics.view',
      tag: 'administration',
      summary: 'Count sign-ins, failures, refreshes, replays, new accounts and ended sessions over time',
      description:
        'One bucket for each hour, or each day in UTC, even if nothing happened. By default, the last 24 hours by hour or ' +
        'the last 30 days by day. Latchkey keeps the counts for 400 days. Each process stores its counts every ten ' +
        'seconds; if it is killed, it loses what it had not stored.',
      query: Type.Object({
        step: Type.Optional(Type.Enum(['hour', 'day'], { description: 'Default `hour`' })),
        since: momentParameter('The start; the first bucket is the one that contains it'),
        until: momentParameter(`The end, not included. Default: now. At most ${MOST} buckets after \`since\``),
      }),
      answer: { status: 200, schema: answer },
      handle: async ({ query: { step = 'hour', since, until } }) => {
        const stepMs = step === 'day' ? DAY_MS : HOUR_MS
        const to = readMoment('until', until) ?? clock.now() + 1
        const from = readMoment('since', since) ?? to - (step === 'day' ? 30 : 24) * stepMs
        if (from < 0 || from >= to) throw fieldRefusal('since', 'range')
        if ((to - from) / stepMs > MOST) throw fieldRefusal('since', 'too_many')
        const buckets = await source.read({ from, to, step })
        return { step, from: wireTime(buckets[0]?.at ?? from), to: wireTime(to), buckets: buckets.map(presentBucket) }
      },
    }),
  ]
}

function presentBucket({ at, counts: counted }: StatisticsBucket) {
  return { at: wireTime(at), ...counted }
}
