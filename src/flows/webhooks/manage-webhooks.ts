import { recordEvent } from '../../audit/audit-store.ts'
import type { AuditOrigin } from '../../audit/events.ts'
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
import { type Administrator, auditOriginOf } from '../rights/actor.ts'
import { admit } from '../rights/authority.ts'

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
    administrator: Administrator,
  ): Promise<WebhookWithSecret>
  /** @throws AuthError `permission_denied`, `not_found`, `invalid_fields` */
  change(id: string, data: WebhookData, administrator: Administrator): Promise<Webhook>
  /** Deletes it with its deliveries, finished or not. @throws AuthError `permission_denied`, `not_found` */
  remove(id: string, administrator: Administrator): Promise<void>
  /** The previous secret also signs for one more day. @throws AuthError `permission_denied`, `not_found` */
  rotateSecret(id: string, administrator: Administrator): Promise<WebhookWithSecret>
  /** @throws AuthError `not_found` */
  deliveries(id: string, query: DeliveryQuery): Promise<Delivery[]>
  /** @throws AuthError `permission_denied`, `not_found` */
  replay(id: string, eventId: number, administrator: Administrator): Promise<void>
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
    administrator: Administrator,
    apply: (tx: Transaction, origin: AuditOrigin, now: number) => Promise<Result>,
  ): Promise<Result> {
    const now = clock.now()
    return database.inTransaction(async (tx) => {
      await admit(tx, administrator, 'webhooks.change')
      await getWebhook(tx, id)
      return apply(tx, auditOriginOf(administrator), now)
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
    async create({ url, description = '', events }, administrator) {
      const now = clock.now()
      refuseFaulty({ url, description })
      const [id, secret] = [randomId(random), newWebhookSecret(random)]
      const sealedSecret = sealSecret(seal, id, secret)
      return database.inTransaction(async (tx) => {
        await admit(tx, administrator, 'webhooks.change')
        await createWebhook(tx, { id, url, description, events, sealedSecret }, now)
        const origin = auditOriginOf(administrator)
        await recordEvent(tx, now, 'webhook.created', { accountId: undefined, webhookId: id, events, origin })
        return { webhook: await getWebhook(tx, id), secret }
      })
    },
    async change(id, data, administrator) {
      refuseFaulty(data)
      return changing(id, administrator, async (tx, origin, now) => {
        const { url, description, events, isEnabled } = data
        const disabledAt = isEnabled === undefined ? undefined : isEnabled ? null : now
        await changeWebhook(tx, id, { url, description, events, disabledAt })
        // The administrator says that it works again, or has moved, so it does not have to rest any longer.
        if (isEnabled === true || url !== undefined) await clearFailure(tx, WEBHOOK_QUEUE, id)
        const fields = Object.entries({ url, description, events, isEnabled })
          .filter(([, value]) => value !== undefined)
          .map(([name]) => wireName(name))
        await recordChange(tx, id, fields, origin, now)
        return getWebhook(tx, id)
      })
    },
    remove: (id, administrator) =>
      changing(id, administrator, async (tx, origin, now) => {
        await deleteWebhook(tx, id, now)
        await clearFailure(tx, WEBHOOK_QUEUE, id)
        await recordEvent(tx, now, 'webhook.deleted', { accountId: undefined, webhookId: id, origin })
      }),
    async rotateSecret(id, administrator) {
      const secret = newWebhookSecret(random)
      const current = sealSecret(seal, id, secret)
      return changing(id, administrator, async (tx, origin, now) => {
        const former = (await findSecrets(tx, id))?.current
        await setSecrets(tx, id, { current, former, formerUntil: now + FORMER_SECRET_MS })
        await recordChange(tx, id, ['secret'], origin, now)
        return { webhook: await getWebhook(tx, id), secret }
      })
    },
    async deliveries(id, query) {
      await getWebhook(database.read, id)
      return listDeliveries(database.read, id, query)
    },
    replay: (id, eventId, administrator) =>
      changing(id, administrator, async (tx, origin, now) => {
        if (!(await replayDelivery(tx, id, eventId, now))) throw new AuthError('not_found')
        await recordEvent(tx, now, 'webhook.replayed', { accountId: undefined, webhookId: id, eventId, origin })
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
