import { Type } from 'typebox'
import {
  type ManageWebhooks,
  WEBHOOK_DESCRIPTION_LIMIT,
  type WebhookWithSecret,
} from '../../../../flows/webhooks/manage-webhooks.ts'
import type { RetryDeliveries } from '../../../../flows/webhooks/retry-deliveries.ts'
import type { FailingLane } from '../../../../queue/lane-store.ts'
import { type Delivery, deliveryState, deliveryStates, messageId, type Webhook } from '../../../../webhooks/webhook.ts'
import { type WebhookEventName, webhookEvents } from '../../../../webhooks/webhook-events.ts'
import { nextPage, PAGE, pageLimit, pageStart } from '../../page.ts'
import { type ApiRoute, administratorOf, apiRoute } from '../../route.ts'
import { orNull, readId, timeSchema, wireTime } from '../../wire.ts'
import { presentFailing, readQueueId } from './queue-json.ts'

const url = Type.String({
  minLength: 1,
  maxLength: 2_000,
  description: 'An https URL; Latchkey sends events there by POST',
})
const events = Type.Array(Type.Enum([...webhookEvents]), { minItems: 1, uniqueItems: true })
const description = Type.Optional(Type.String({ maxLength: WEBHOOK_DESCRIPTION_LIMIT }))

const webhookMembers = {
  id: Type.String(),
  url: Type.String(),
  description: Type.String(),
  events: Type.Array(Type.String()),
  is_enabled: Type.Boolean({ description: 'Whether it receives events' }),
  created_at: timeSchema,
  former_secret_until: orNull(
    Type.String({ format: 'date-time', description: 'Until when requests are also signed with the previous secret' }),
  ),
  failing: orNull(
    Type.Object(
      {
        since: timeSchema,
        retry_at: timeSchema,
        last_error: Type.String(),
      },
      {
        description: 'Why it does not accept events at present, and when Latchkey tries again; null if it accepts them',
      },
    ),
  ),
}
const webhook = Type.Object(webhookMembers, { title: 'Webhook' })
const webhookWithSecret = Type.Object(
  {
    ...webhookMembers,
    secret: Type.String({ description: '`whsec_…`: signs the requests. Shown only once' }),
  },
  { title: 'WebhookWithSecret' },
)
const delivery = Type.Object(
  {
    id: Type.String({ description: 'The `webhook-id` of its requests' }),
    event_id: Type.Integer({ description: 'The id of the event in the audit log' }),
    event: Type.String(),
    state: Type.Enum([...deliveryStates]),
    queued_at: timeSchema,
    attempts: Type.Integer({ minimum: 0 }),
    next_attempt_at: orNull(timeSchema),
    delivered_at: orNull(timeSchema),
    given_up_at: orNull(timeSchema),
    last_status: orNull(Type.Integer({ description: 'The status of the last response; null if there was none' })),
    last_error: orNull(Type.String()),
  },
  { title: 'WebhookDelivery' },
)
const deliveries = Type.Object({
  deliveries: Type.Array(delivery),
  next: nextPage('before'),
})

/** Webhooks, for administrators: signed requests that report events to other programs. */
export function webhookRoutes({
  manageWebhooks,
  retryDeliveries,
}: {
  manageWebhooks: ManageWebhooks
  retryDeliveries: RetryDeliveries
}): ApiRoute[] {
  const common = { access: 'staff', tag: 'administration' } as const
  const viewing = { ...common, method: 'GET', permission: 'webhooks.view' } as const
  const changing = { ...common, permission: 'webhooks.change', needsRecentLogin: true } as const
  return [
    apiRoute({
      ...viewing,
      path: '/admin/webhooks',
      summary: 'List all webhooks, oldest first',
      answer: { status: 200, schema: Type.Object({ webhooks: Type.Array(webhook) }) },
      handle: async () => {
        const failing = await manageWebhooks.failing()
        return { webhooks: (await manageWebhooks.list()).map((one) => presentWebhook(one, failing)) }
      },
    }),
    apiRoute({
      ...changing,
      method: 'POST',
      path: '/admin/webhooks',
      summary: 'Create a webhook. It receives events from now on',
      body: Type.Object({ url, events, description }),
      answer: { status: 201, schema: webhookWithSecret },
      handle: async ({ request, body, origin }) =>
        presentSecret(
          await manageWebhooks.create(body, administratorOf({ request, origin })),
          await manageWebhooks.failing(),
        ),
    }),
    apiRoute({
      ...viewing,
      path: '/admin/webhooks/:id',
      summary: 'Get a webhook',
      answer: { status: 200, schema: webhook },
      refusals: ['not_found'],
      handle: async ({ params }) =>
        presentWebhook(await manageWebhooks.get(readQueueId(params)), await manageWebhooks.failing()),
    }),
    apiRoute({
      ...changing,
      method: 'PATCH',
      path: '/admin/webhooks/:id',
      summary: 'Change a webhook',
      description:
        'Fields you leave out stay as they are. A disabled webhook queues no new events, and its queued events wait.',
      body: Type.Object({
        url: Type.Optional(url),
        events: Type.Optional(events),
        description,
        is_enabled: Type.Optional(Type.Boolean()),
      }),
      answer: { status: 200, schema: webhook },
      refusals: ['not_found'],
      handle: async ({ request, params, body: { is_enabled: isEnabled, ...rest }, origin }) =>
        presentWebhook(
          await manageWebhooks.change(
            readQueueId(params),
            { ...rest, isEnabled },
            administratorOf({ request, origin }),
          ),
          await manageWebhooks.failing(),
        ),
    }),
    apiRoute({
      ...changing,
      method: 'DELETE',
      path: '/admin/webhooks/:id',
      summary: 'Delete a webhook and its queued events',
      answer: { status: 204 },
      refusals: ['not_found'],
      handle: ({ request, params, origin }) =>
        manageWebhooks.remove(readQueueId(params), administratorOf({ request, origin })),
    }),
    apiRoute({
      ...changing,
      method: 'POST',
      path: '/admin/webhooks/:id/rotate-secret',
      summary: 'Give a webhook a new secret',
      description: 'For one day, Latchkey signs each request with both secrets, so that the receiver can switch.',
      answer: { status: 200, schema: webhookWithSecret },
      refusals: ['not_found'],
      handle: async ({ request, params, origin }) =>
        presentSecret(
          await manageWebhooks.rotateSecret(readQueueId(params), administratorOf({ request, origin })),
          await manageWebhooks.failing(),
        ),
    }),
    apiRoute({
      ...viewing,
      path: '/admin/webhooks/:id/deliveries',
      summary: 'List the deliveries of a webhook, newest events first',
      description: 'Latchkey keeps finished deliveries for 30 days.',
      query: Type.Object({
        state: Type.Optional(Type.Enum([...deliveryStates])),
        before: pageStart('Only events before the one with this id'),
        limit: pageLimit,
      }),
      answer: { status: 200, schema: deliveries },
      refusals: ['not_found'],
      handle: async ({ params, query: { state, before, limit = PAGE } }) => {
        const query = { state, beforeEventId: before, limit }
        const listed = await manageWebhooks.deliveries(readQueueId(params), query)
        const next = listed.length < limit ? undefined : listed.at(-1)?.eventId
        return { deliveries: listed.map(presentDelivery), next: next ?? null }
      },
    }),
    apiRoute({
      ...changing,
      needsRecentLogin: false,
      method: 'POST',
      path: '/admin/webhooks/:id/retry',
      summary: 'Send the waiting events of a webhook now, and on request those that were given up',
      description:
        'Use this when its receiver works again. At most 10,000 deliveries at a time; `more` says whether there are more.',
      body: Type.Object({
        include_given_up: Type.Optional(Type.Boolean({ description: 'Default false' })),
      }),
      answer: {
        status: 202,
        schema: Type.Object({ retried: Type.Integer({ minimum: 0 }), more: Type.Boolean() }),
      },
      refusals: ['not_found'],
      handle: async ({ request, params, origin, body: { include_given_up: includesGivenUp = false } }) => {
        const { id } = await manageWebhooks.get(readQueueId(params))
        return retryDeliveries(id, { includesGivenUp }, administratorOf({ request, origin }))
      },
    }),
    apiRoute({
      ...changing,
      needsRecentLogin: false,
      method: 'POST',
      path: '/admin/webhooks/:id/deliveries/:event/replay',
      summary: 'Deliver an event to a webhook once more',
      description: 'The request has the same `webhook-id`. The delivery may be in any state.',
      answer: { status: 202, schema: Type.Object({ status: Type.Literal('accepted') }) },
      refusals: ['not_found'],
      handle: async ({ request, params, origin }) => {
        await manageWebhooks.replay(readQueueId(params), readId(params.event), administratorOf({ request, origin }))
        return { status: 'accepted' }
      },
    }),
  ]
}

function presentWebhook(one: Webhook, allFailing: ReadonlyMap<string, FailingLane>) {
  const failing = one.disabledAt === undefined ? allFailing.get(one.id) : undefined
  return {
    id: one.id,
    url: one.url,
    description: one.description,
    events: inOrder(one.events),
    is_enabled: one.disabledAt === undefined,
    created_at: wireTime(one.createdAt),
    former_secret_until: wireTime(one.formerSecretUntil),
    failing: failing === undefined ? null : presentFailing(failing),
  }
}

function presentSecret({ webhook: one, secret }: WebhookWithSecret, allFailing: ReadonlyMap<string, FailingLane>) {
  return { ...presentWebhook(one, allFailing), secret }
}

function presentDelivery(one: Delivery) {
  return {
    id: messageId(one),
    event_id: one.eventId,
    event: one.event,
    state: deliveryState(one),
    queued_at: wireTime(one.queuedAt),
    attempts: one.attempts,
    next_attempt_at: wireTime(one.nextAttemptAt),
    delivered_at: wireTime(one.deliveredAt),
    given_up_at: wireTime(one.givenUpAt),
    last_status: one.lastStatus ?? null,
    last_error: one.lastError ?? null,
  }
}

/** In the order of the list of all events, whatever order the client sent. */
function inOrder(names: readonly WebhookEventName[]): WebhookEventName[] {
  return webhookEvents.filter((name) => names.includes(name))
}
