import type { Selectable } from 'kysely'
import { ownedRows } from '../storage/owned-rows.ts'
import { prepared, type Queryable, type Transaction } from '../storage/prepared.ts'
import type { WebhookEndpointsTable } from '../storage/tables/delivery-tables.ts'
import type { Webhook } from './webhook.ts'
import type { WebhookEventName } from './webhook-events.ts'

/** The encrypted secrets of a webhook. */
export type SealedSecrets = { current: string; former: string | undefined; formerUntil: number | undefined }

/** A new webhook. */
type NewWebhook = Pick<Webhook, 'id' | 'url' | 'description'> & {
  events: readonly WebhookEventName[]
  sealedSecret: string
}

/** Stores a new webhook, which receives all events from now on. */
export async function createWebhook(tx: Transaction, webhook: NewWebhook, now: number): Promise<void> {
  const { id, url, description, events, sealedSecret } = webhook
  await tx
    .insertInto('webhook_endpoints')
    .values({ id, url, description, sealed_secret: sealedSecret, created_at: now })
    .execute()
  await subscribe(tx, id, events)
}

/** The changes to a webhook; other members stay as they are. */
type WebhookChange = {
  url?: string | undefined
  description?: string | undefined
  events?: readonly WebhookEventName[] | undefined
  /** null: it receives events again. */
  disabledAt?: number | null | undefined
}

/** Changes an existing webhook. */
export async function changeWebhook(tx: Transaction, id: string, change: WebhookChange): Promise<void> {
  const { url, description, events, disabledAt } = change
  const columns = {
    ...(url !== undefined && { url }),
    ...(description !== undefined && { description }),
    ...(disabledAt !== undefined && { disabled_at: disabledAt }),
  }
  if (Object.keys(columns).length > 0) {
    await tx.updateTable('webhook_endpoints').set(columns).where('id', '=', id).execute()
  }
  if (events === undefined) return
  await tx.deleteFrom('webhook_subscriptions').where('endpoint_id', '=', id).execute()
  await subscribe(tx, id, events)
}

async function subscribe(tx: Transaction, id: string, events: readonly WebhookEventName[]): Promise<void> {
  const rows = [...new Set(events)].map((event) => ({ event, endpoint_id: id }))
  if (rows.length > 0) await tx.insertInto('webhook_subscriptions').values(rows).execute()
}

/** Replaces the secrets of a webhook. */
export async function setSecrets(tx: Transaction, id: string, secrets: SealedSecrets): Promise<void> {
  await tx
    .updateTable('webhook_endpoints')
    .set({
      sealed_secret: secrets.current,
      sealed_former_secret: secrets.former ?? null,
      former_secret_until: secrets.formerUntil ?? null,
    })
    .where('id', '=', id)
    .execute()
}

const deliveries = ownedRows({
  owners: 'webhook_endpoints',
  rows: 'webhook_deliveries',
  owner: 'endpoint_id',
  key: 'event_id',
})

/**
 * Deletes a webhook with all its deliveries. If there are very many, it disappears at once for everybody else, and
 * `removeDeletedWebhooks` deletes the rows in batches.
 */
export async function deleteWebhook(tx: Transaction, id: string, now: number): Promise<void> {
  if (!(await deliveries.areMany(tx, id))) {
    await tx.deleteFrom('webhook_endpoints').where('id', '=', id).execute()
    return
  }
  await tx.deleteFrom('webhook_subscriptions').where('endpoint_id', '=', id).execute()
  await tx
    .updateTable('webhook_endpoints')
    .set({ url: '', description: '', sealed_secret: '', sealed_former_secret: null })
    .set({ disabled_at: now, deleted_at: now })
    .where('id', '=', id)
    .execute()
}

/** Deletes deliveries of deleted webhooks, some at a time, and then these webhooks; see `ownedRows`. */
export const removeDeletedWebhooks = deliveries.removeOfDeleted

/** The webhook with this id. */
export async function findWebhook(db: Queryable, id: string): Promise<Webhook | undefined> {
  return (await select(db, id))[0]
}

/** All webhooks, oldest first. */
export async function listWebhooks(db: Queryable): Promise<Webhook[]> {
  return select(db)
}

const destination = prepared((db, id: string) =>
  db
    .selectFrom('webhook_endpoints')
    .select(['url', 'sealed_secret', 'sealed_former_secret', 'former_secret_until'])
    .where('id', '=', id)
    .where('disabled_at', 'is', null),
)

/** The URL of a webhook and the secrets that sign its requests; undefined if it is disabled or does not exist. */
export async function findDestination(
  db: Queryable,
  id: string,
): Promise<{ url: string; secrets: SealedSecrets } | undefined> {
  const [row] = await destination(db, id)
  return row && { url: row.url, secrets: toSecrets(row) }
}

/** The secrets of a webhook; undefined if it does not exist. */
export async function findSecrets(db: Queryable, id: string): Promise<SealedSecrets | undefined> {
  const row = await db
    .selectFrom('webhook_endpoints')
    .select(['sealed_secret', 'sealed_former_secret', 'former_secret_until'])
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return row && toSecrets(row)
}

function toSecrets(
  row: Pick<Selectable<WebhookEndpointsTable>, 'sealed_secret' | 'sealed_former_secret' | 'former_secret_until'>,
): SealedSecrets {
  return {
    current: row.sealed_secret,
    former: row.sealed_former_secret ?? undefined,
    formerUntil: row.former_secret_until ?? undefined,
  }
}

async function select(db: Queryable, id?: string): Promise<Webhook[]> {
  let endpoints = db.selectFrom('webhook_endpoints').selectAll().where('deleted_at', 'is', null)
  let subscriptions = db.selectFrom('webhook_subscriptions').selectAll()
  if (id !== undefined) {
    endpoints = endpoints.where('id', '=', id)
    subscriptions = subscriptions.where('endpoint_id', '=', id)
  }
  const rows = await endpoints.orderBy('created_at').orderBy('id').execute()
  const events = Map.groupBy(await subscriptions.orderBy('event').execute(), ({ endpoint_id }) => endpoint_id)
  return rows.map((row) => toWebhook(row, events.get(row.id)?.map(({ event }) => event) ?? []))
}

function toWebhook(row: Selectable<WebhookEndpointsTable>, events: readonly string[]): Webhook {
  return {
    id: row.id,
    url: row.url,
    description: row.description,
    events: events as WebhookEventName[],
    createdAt: row.created_at,
    disabledAt: row.disabled_at ?? undefined,
    formerSecretUntil: row.former_secret_until ?? undefined,
  }
}
