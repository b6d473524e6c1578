import { type Selectable, sql } from 'kysely'
import { beginsWith } from '../storage/begins-with.ts'
import { preparedChange, type Queryable, type Transaction } from '../storage/prepared.ts'
import type { MailOutboxTable } from '../storage/tables/delivery-tables.ts'

/** `pending`: waiting to be sent, for the first time or again. */
export const mailStates = ['pending', 'delivered', 'given_up'] as const

type MailState = (typeof mailStates)[number]

/** The record of an email, without its content. */
export type OutboxRecord = {
  /** In the order of queueing. */
  number: number
  id: string
  kind: string
  accountId: number | undefined
  to: string
  state: MailState
  queuedAt: number
  expiresAt: number
  /** How often it was claimed. */
  attempts: number
  nextAttemptAt: number | undefined
  deliveredAt: number | undefined
  givenUpAt: number | undefined
  /** The result of the last attempt; undefined if it succeeded. */
  lastError: string | undefined
}

/** Which mail to list. */
export type OutboxQuery = {
  state?: MailState | undefined
  kind?: string | undefined
  accountId?: number | undefined
  /** The beginning of the recipient's address, in any case. */
  to?: string | undefined
  /** Only mail that was queued before the one with this number. */
  beforeNumber?: number | undefined
  limit: number
}

const columns = [
  'number',
  'id',
  'kind',
  'account_id',
  'recipient',
  'queued_at',
  'expires_at',
  'attempts',
  'next_attempt_at',
  'delivered_at',
  'given_up_at',
  'last_error',
] as const

/** Mail on record, newest first. */
export async function listOutbox(db: Queryable, query: OutboxQuery): Promise<OutboxRecord[]> {
  const { state, kind, accountId, to, beforeNumber, limit } = query
  let select = db.selectFrom('mail_outbox').select(columns)
  if (state === 'pending') select = select.where('next_attempt_at', 'is not', null)
  if (state === 'delivered') select = select.where('delivered_at', 'is not', null)
  if (state === 'given_up') select = select.where('given_up_at', 'is not', null)
  if (kind !== undefined) select = select.where('kind', '=', kind)
  if (accountId !== undefined) select = select.where('account_id', '=', accountId)
  if (to !== undefined) select = select.where(beginsWith(db, sql<string>`lower(recipient)`, to.trim().toLowerCase()))
  if (beforeNumber !== undefined) select = select.where('number', '<', beforeNumber)
  return (await select.orderBy('number', 'desc').limit(limit).execute()).map(toRecord)
}

export async function findOutboxRecord(db: Queryable, id: string): Promise<OutboxRecord | undefined> {
  const row = await db.selectFrom('mail_outbox').select(columns).where('id', '=', id).executeTakeFirst()
  return row && toRecord(row)
}

const hurryOne = preparedChange((db, id: string, now: number, after: number) =>
  db.updateTable('mail_outbox').set({ next_attempt_at: now }).where('id', '=', id).where('next_attempt_at', '>', after),
)
const hurryMany = preparedChange((db, now: number, after: number, limit: number) =>
  db
    .updateTable('mail_outbox')
    .set({ next_attempt_at: now })
    .where('id', 'in', (mails) =>
      mails
        .selectFrom('mail_outbox')
        .select('id')
        .where('next_attempt_at', '>', after)
        .orderBy('next_attempt_at')
        .limit(limit),
    )
    .where('next_attempt_at', '>', after),
)

/** Makes a postponed email due now. */
export async function hurryMail(tx: Transaction, id: string, now: number, after: number): Promise<void> {
  await hurryOne(tx, id, now, after)
}

/** The same for any mail, at most `limit` of it. @returns how much */
export async function hurryAnyMail(tx: Transaction, now: number, after: number, limit: number): Promise<number> {
  return hurryMany(tx, now, after, limit)
}

const drop = preparedChange((db, id: string, now: number, reason: string) =>
  db
    .updateTable('mail_outbox')
    .set({ given_up_at: now, next_attempt_at: null, last_error: reason, facts: '{}', sealed_tokens: null })
    .where('id', '=', id)
    .where('next_attempt_at', 'is not', null),
)

/**
 * Gives up a waiting email and deletes its content. If a server is sending it at this moment, it may still go out and is
 * then recorded as delivered. False if it was already sent or given up; if several try at once, one succeeds.
 */
export async function dropMail(tx: Transaction, id: string, reason: string, now: number): Promise<boolean> {
  return (await drop(tx, id, now, reason)) === 1
}

type Row = Pick<Selectable<MailOutboxTable>, (typeof columns)[number]>

function toRecord(row: Row): OutboxRecord {
  return {
    number: row.number,
    id: row.id,
    kind: row.kind,
    accountId: row.account_id ?? undefined,
    to: row.recipient,
    state: row.next_attempt_at !== null ? 'pending' : row.delivered_at !== null ? 'delivered' : 'given_up',
    queuedAt: row.queued_at,
    expiresAt: row.expires_at,
    attempts: row.attempts,
    nextAttemptAt: row.next_attempt_at ?? undefined,
    deliveredAt: row.delivered_at ?? undefined,
    givenUpAt: row.given_up_at ?? undefined,
    lastError: row.last_error ?? undefined,
  }
}
