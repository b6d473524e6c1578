import { recordEvent } from '../../audit/audit-store.ts'
import type { AuditOrigin } from '../../audit/events.ts'
import { actingAccount, type RequestOrigin } from '../../audit/origin.ts'
import { AuthError, refuseFaults } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Random, randomId } from '../../platform/random.ts'
import type { Seal } from '../../platform/seal.ts'
import { nameTextFaults } from '../../platform/text-rules.ts'
import { wireName } from '../../platform/wire-name.ts'
import { clearFailure, type FailingLane, listFailingLanes } from '../../queue/lane-store.ts'
import type { Database } from '../../storage/database.ts'
import type { Queryable, Transaction } from '../../storage/prepared.ts'
import { type DeliveryQuery, listDeliveries, replayDelivery } from '../../webhooks/delivery-store.ts'
import { type DestinationRules, destinationFault } from '../../webhooks/destination.ts'
import { FORMER_SECRET_MS, sealSecret } from '../../webhooks/secrets.ts'
import { newWebhookSecret } from '../../webhooks/signature.ts'
import type { Delivery, Webhook } from '../../webhooks/webhook.ts'
import type { WebhookEventName } from '../../webhooks/webhook-events.ts'
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  findSecrets,
  findWebhook,
  listWebhooks,
  setSecrets,
} from '../../webhooks/webhook-store.ts'
import type { Caller } from '../rights/actor.ts'
import { actingAdministrator } from '../rights/authority.ts'

/** The queue of webhooks, in the table of failing lanes. A lane is a webhook. */
export const WEBHOOK_QUEUE = 'webhooks'

/** The longest description of a webhook, in code points. */
export const WEBHOOK_DESCRIPTION_LIMIT = 200

/** The data of a webhook; for an existing webhook, undefined values stay. */
type WebhookData = {
  url?: string | undefined
  description?: string | undefined
  events?: readonly WebhookEventName[] | undefined
  isEnabled?: boolean | undefined
}

/** A secret is shown once, when it is created. */
export type WebhookWithSecret = { webhook: Webhook; secret: string }

/** Webhooks, for administrators. The audit log records every change. */
export type ManageWebhooks = {
  list(): Promise<Webhook[]>
  /** The webhooks that do not accept events at present, by their ids. */
  failing(): Promise<ReadonlyMap<string, FailingLane>>
  /** @throws AuthError `not_found` */
  get(id: string): Promise<Webhook>
  /** @throws AuthError `permission_denied`, `invalid_fields` */
  create(
    data: WebhookData & { url: string; events: readonly WebhookEventName[] },
    caller: Caller,
    origin: RequestOrigin,
  ): Promise<WebhookWithSecret>
  /** @throws AuthError `permission_denied`, `not_found`, `invalid_fields` */
  change(id: string, data: WebhookData, caller: Caller, origin: RequestOrigin): Promise<Webhook>
  /** Deletes it with its deliveries, finished or not. @throws AuthError `permission_denied`, `not_found` */
  remove(id: string, caller: Caller, origin: RequestOrigin): Promise<void>
  /** The previous secret also signs for one more day. @throws AuthError `permission_denied`, `not_found` */
  rotateSecret(id: string, caller: Caller, origin: RequestOrigin): Promise<WebhookWithSecret>
  /** @throws AuthError `not_found` */
  deliveries(id: string, query: DeliveryQuery): Promise<Delivery[]>
  /** @throws AuthError `permission_denied`, `not_found` */
  replay(id: string, eventId: number, caller: Caller, origin: RequestOrigin): Promise<void>
}

type ManageWebhooksParts = {
  database: Database
  clock: Clock
  random: Random
  seal: Seal
  rules: DestinationRules
}

export function createManageWebhooks({ database, clock, random, seal, rules }: ManageWebhooksParts): ManageWebhooks {
  /** Changes an existing webhook, as an administrator with the permission. */
  async function changing<Result>(
    id: string,
    caller: Caller,
    apply: (tx: Transaction, webhook: Webhook, now: number) => Promise<Result>,
  ): Promise<Result> {
    const now = clock.now()
    return database.inTransaction(async (tx) => {
      await actingAdministrator(tx, caller, 'webhooks.change')
      return apply(tx, await getWebhook(tx, id), now)
    })
  }

  function refuseFaulty({ url, description }: WebhookData): void {
    const fault = url === undefined ? undefined : destinationFault(url, rules)
    const faults = [
      ...(fault === undefined ? [] : [{ field: 'url', fault }]),
      ...nameTextFaults(description ?? '', WEBHOOK_DESCRIPTION_LIMIT).map((one) => ({ field: 'description', ...one })),
    ]
    refuseFaults(faults)
  }

  return {
    list: () => listWebhooks(database.read),
    async failing() {
      return new Map((await listFailingLanes(database.read, WEBHOOK_QUEUE)).map((one) => [one.lane, one]))
    },
    get: (id) => getWebhook(database.read, id),
    async create({ url, description = '', events }, caller, origin) {
      const now = clock.now()
      refuseFaulty({ url, description })
      const [id, secret] = [randomId(random), newWebhookSecret(random)]
      const sealedSecret = sealSecret(seal, id, secret)
      return database.inTransaction(async (tx) => {
        await actingAdministrator(tx, caller, 'webhooks.change')
        await createWebhook(tx, { id, url, description, events, sealedSecret }, now)
        const actor = actingAccount(caller.account.id, origin)
        await recordEvent(tx, now, 'webhook.created', { accountId: undefined, webhookId: id, events, origin: actor })
        return { webhook: await getWebhook(tx, id), secret }
      })
    },
    async change(id, data, caller, origin) {
      refuseFaulty(data)
      return changing(id, caller, async (tx, _webhook, now) => {
        const { url, description, events, isEnabled } = data
        const disabledAt = isEnabled === undefined ? undefined : isEnabled ? null : now
        await changeWebhook(tx, id, { url, description, events, disabledAt })
        // The administrator says that it works again, or has moved, so it does not have to rest any longer.
        if (isEnabled === true || url !== undefined) await clearFailure(tx, WEBHOOK_QUEUE, id)
        const fields = Object.entries({ url, description, events, isEnabled })
          .filter(([, value]) => value !== undefined)
          .map(([name]) => wireName(name))
        await recordChange(tx, id, fields, actingAccount(caller.account.id, origin), now)
        return getWebhook(tx, id)
      })
    },
    remove: (id, caller, origin) =>
      changing(id, caller, async (tx, _webhook, now) => {
        await deleteWebhook(tx, id, now)
        await clearFailure(tx, WEBHOOK_QUEUE, id)
        const actor = actingAccount(caller.account.id, origin)
        await recordEvent(tx, now, 'webhook.deleted', { accountId: undefined, webhookId: id, origin: actor })
      }),
    async rotateSecret(id, caller, origin) {
      const secret = newWebhookSecret(random)
      const current = sealSecret(seal, id, secret)
      return changing(id, caller, async (tx, _webhook, now) => {
        const former = (await findSecrets(tx, id))?.current
        await setSecrets(tx, id, { current, former, formerUntil: now + FORMER_SECRET_MS })
        await recordChange(tx, id, ['secret'], actingAccount(caller.account.id, origin), now)
        return { webhook: await getWebhook(tx, id), secret }
      })
    },
    async deliveries(id, query) {
      await getWebhook(database.read, id)
      return listDeliveries(database.read, id, query)
    },
    replay: (id, eventId, caller, origin) =>
      changing(id, caller, async (tx, _webhook, now) => {
        if (!(await replayDelivery(tx, id, eventId, now))) throw new AuthError('not_found')
        const actor = actingAccount(caller.account.id, origin)
        await recordEvent(tx, now, 'webhook.replayed', { accountId: undefined, webhookId: id, eventId, origin: actor })
      }),
  }
}

/** Records a change of a webhook in its transaction. */
export async function recordChange(
  tx: Transaction,
  webhookId: string,
  fields: readonly string[],
  origin: AuditOrigin,
  now: number,
): Promise<void> {
  await recordEvent(tx, now, 'webhook.changed', { accountId: undefined, webhookId, fields, origin })
}

async function getWebhook(db: Queryable, id: string): Promise<Webhook> {
  const webhook = await findWebhook(db, id)
  if (webhook === undefined) throw new AuthError('not_found')
  return webhook
}
