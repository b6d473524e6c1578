import { Type } from 'typebox'
import type { Account } from '../../../accounts/account.ts'
import {
  type AttentionItem,
  attentionCodes,
  attentionKinds,
  type ListAttention,
} from '../../../flows/upkeep/attention.ts'
import type { LiftLimit } from '../../../flows/upkeep/lift-limit.ts'
import type { HeldBack, LimitInForce } from '../../../rate-limits/held-back.ts'
import { limitNames } from '../../../rate-limits/limits.ts'
import { type ApiRoute, apiRoute, callerOf } from '../route.ts'
import { idSchema, orNull, timeSchema, wireTime } from '../wire.ts'

const item = Type.Object(
  {
    kind: Type.Enum([...attentionKinds]),
    severity: Type.Enum(['problem', 'advice']),
    subject: orNull(Type.String({ description: 'Which one: the id of a webhook or key, or the name of a setting' })),
    since: orNull(timeSchema),
    code: Type.Enum([...attentionCodes], { description: 'What was found, for programs that put it into words' }),
    params: Type.Record(Type.String(), Type.String(), {
      description: 'What the sentence names, such as `error` or `url`',
    }),
    message: Type.String({ description: 'What was found, for people, in English' }),
  },
  { title: 'AttentionItem' },
)

const limit = Type.Object(
  {
    name: Type.String({ description: 'As in the `RateLimit` header fields and in the log' }),
    setting: Type.String({ description: 'The setting that changes it' }),
    description: Type.String(),
    count: orNull(Type.Integer({ minimum: 1, description: 'How many in one window; null if the limit is off' })),
    window_seconds: orNull(Type.Integer({ minimum: 1 })),
  },
  { title: 'Limit' },
)
const heldBack = Type.Object(
  {
    limit: Type.String(),
    address: Type.String({ description: 'Who asked when the limit was reached' }),
    account_id: orNull(Type.Integer({ description: 'Whose account was meant; null where none is known' })),
    username: orNull(Type.String({ description: 'Its current username' })),
    refusals: Type.Integer({ minimum: 1, description: 'How many requests this process has refused' }),
    since: timeSchema,
    until: timeSchema,
  },
  { title: 'HeldBack' },
)

export type OverviewRouteParts = {
  listAttention: ListAttention
  limitsInForce: readonly LimitInForce[]
  listHeldBack(): HeldBack[]
  findUsernames(ids: readonly number[]): Promise<ReadonlyMap<number, string>>
  liftLimit: LiftLimit
  rights: { mayDo(account: Account, permission: string): Promise<boolean> }
}

/** What an administrator looks at first. */
export function overviewRoutes({
  listAttention,
  limitsInForce,
  listHeldBack,
  findUsernames,
  liftLimit,
  rights,
}: OverviewRouteParts): ApiRoute[] {
  const common = { method: 'GET', access: 'staff', tag: 'administration' } as const
  return [
    apiRoute({
      ...common,
      path: '/admin/attention',
      summary:
        'List what needs attention: mail or webhooks that fail, keys that are due, and what `doctor` finds in the settings',
      description:
        'Each finding is shown only to those who may view the matter: `outbox.view`, `webhooks.view`, `keys.view`; settings ' +
        'to superusers.',
      answer: { status: 200, schema: Type.Object({ items: Type.Array(item) }) },
      handle: async ({ request }) => {
        const { account } = callerOf(request)
        const items = await listAttention()
        const maySee = await Promise.all(
          items.map(({ permission }) =>
            permission === undefined ? account.isSuperuser : rights.mayDo(account, permission),
          ),
        )
        return { items: items.filter((_, index) => maySee[index]).map(presentItem) }
      },
    }),
    apiRoute({
      ...common,
      path: '/admin/limits',
      permission: 'limits.view',
      summary: 'List the rate limits in force, and who is held back by one',
      description:
        'Who is held back is what the process that answers has refused itself and still would. It forgets this when it ' +
        'restarts, and remembers 10,000 at most.',
      answer: { status: 200, schema: Type.Object({ limits: Type.Array(limit), held_back: Type.Array(heldBack) }) },
      handle: async () => {
        const held = listHeldBack()
        const names = await findUsernames(held.flatMap(({ accountId }) => accountId ?? []))
        return {
          limits: limitsInForce.map(({ name, setting, description, rate }) => ({
            ...{ name, setting, description },
            ...{ count: rate?.count ?? null, window_seconds: rate === undefined ? null : rate.windowMs / 1_000 },
          })),
          held_back: held.map((one) => presentHeldBack(one, names)),
        }
      },
    }),
    apiRoute({
      ...common,
      method: 'POST',
      path: '/admin/limits/lift',
      permission: 'limits.change',
      summary: 'Lift a limit that holds a client back',
      description:
        'Deletes what was counted. Other processes that have refused the same client themselves may go on until the end of ' +
        'the window.',
      body: Type.Object({
        limit: Type.Enum([...limitNames]),
        address: Type.String({ maxLength: 100, description: 'As in `held_back`' }),
        account_id: Type.Optional(orNull(idSchema)),
      }),
      answer: { status: 204 },
      refusals: ['not_found'],
      handle: ({ request, body, origin }) =>
        liftLimit(
          body.limit,
          { address: body.address, accountId: body.account_id ?? undefined },
          callerOf(request),
          origin,
        ),
    }),
  ]
}

function presentItem({ subject, since, permission: _, ...item }: AttentionItem) {
  return { ...item, subject: subject ?? null, since: wireTime(since) }
}

function presentHeldBack(
  { limit: name, address, accountId, refusals, since, until }: HeldBack,
  names: ReadonlyMap<number, string>,
) {
  return {
    ...{ limit: name, address, account_id: accountId ?? null, username: names.get(accountId ?? 0) ?? null, refusals },
    ...{ since: wireTime(since), until: wireTime(until) },
  }
}
