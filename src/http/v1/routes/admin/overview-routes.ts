import { Type } from 'typebox'
import type { Account } from '../../../../accounts/account.ts'
import type { FindUsernames } from '../../../../flows/accounts/names/account-names.ts'
import {
  type AttentionItem,
  attentionCodes,
  attentionKinds,
  type ListAttention,
} from '../../../../flows/upkeep/attention.ts'
import type { LiftLimit } from '../../../../flows/upkeep/lift-limit.ts'
import type { HeldBack, LimitInForce } from '../../../../rate-limits/held-back.ts'
import { limitNames } from '../../../../rate-limits/limits.ts'
import { callerOf } from '../../../credentials/caller.ts'
import { type ApiRoute, administratorOf, apiRoute } from '../../route.ts'
import { idSchema, orNull, timeSchema, wireTime } from '../../wire.ts'

const item = Type.Object(
  {
    kind: Type.Enum([...attentionKinds]),
    severity: Type.Enum(['problem', 'advice']),
    subject: orNull(
      Type.String({ description: 'What it is about: the id of a webhook or key, or the name of a setting' }),
    ),
    since: orNull(timeSchema),
    code: Type.Enum([...attentionCodes], { description: 'The finding, for programs that write their own texts' }),
    params: Type.Record(Type.String(), Type.String(), {
      description: 'The values in the sentence, such as `error` or `url`',
    }),
    message: Type.String({ description: 'The finding as an English sentence' }),
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
    address: Type.String({ description: 'The client that reached the limit' }),
    account_id: orNull(Type.Integer({ description: 'The account that the requests were for; null if there is none' })),
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
  findUsernames: FindUsernames
  liftLimit: LiftLimit
  rights: { mayDo(account: Account, permission: string): Promise<boolean> }
}

/** The overview of the administration. */
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
        'Each finding is shown only to staff with the permission for its subject: `outbox.view`, `webhooks.view`, `keys.view`; settings ' +
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
      summary: 'List the rate limits, and the clients they block',
      description:
        '`held_back` lists the clients that the answering process has refused and still refuses. It forgets them when it ' +
        'restarts, and remembers at most 10,000.',
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
      summary: 'Lift a limit that blocks a client',
      description:
        'Deletes the count. Other processes that have refused the same client may continue to refuse it until the end of ' +
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
          administratorOf({ request, origin }),
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
