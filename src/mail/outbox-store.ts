import type { Selectable } from 'kysely'
import { prepared, preparedChange, type Queryable, type Transaction } from '../storage/prepared.ts'
import { sealedColumn } from '../storage/sealed-column.ts'
import type { MailOutboxTable } from '../storage/tables/delivery-tables.ts'
import type { Mail, MailLink } from './mail.ts'

/** The content of an email, without the secrets of its links. */
export type MailFacts = {
  /** Missing: MAIL_LANGUAGE applies. */
  locale?: Mail['locale']
  values: Mail['values']
  links: readonly Omit<MailLink, 'token'>[]
}

/** An email in the outbox. */
export type OutboxMail = {
  id: string
  kind: string
  accountId: number | undefined
  to: string
  facts: MailFacts
  sealedTokens: string | undefined
  queuedAt: number
  expiresAt: number
  /** How often it was claimed. */
  attempts: number
}

const insert = preparedChange(
  (
    db,
    id: string,
    kind: string,
    account_id: number | null,
    recipient: string,
    facts: string,
    sealed_tokens: string | null,
    queued_at: number,
    expires_at: number,
    next_attempt_at: number,
  ) =>
    db.insertInto('mail_outbox').values({
      id,
      kind,
      account_id,
      recipient,
      facts,
      sealed_tokens,
      queued_at,
      expires_at,
      attempts: 0,
      next_attempt_at,
    }),
)

/** Queues an email, in the transaction of the change it reports. */
export async function queueMail(tx: Transaction, mail: Omit<OutboxMail, 'attempts'>): Promise<void> {
  await insert(
    tx,
    mail.id,
    mail.kind,
    mail.accountId ?? null,
    mail.to,
    JSON.stringify(mail.facts),
    mail.sealedTokens ?? null,
    mail.queuedAt,
    mail.expiresAt,
    mail.queuedAt,
  )
}

const kept = prepared((db, limit: number) =>
  db
    .selectFrom('mail_outbox')
    .selectAll()
    .where('delivered_at', 'is not', null)
    .where('facts', '!=', '{}')
    .orderBy('number', 'desc')
    .limit(limit),
)

/** Delivered mail that is kept for display, newest first. */
export async function listKeptMail(db: Queryable, limit: number): Promise<OutboxMail[]> {
  return (await kept(db, limit)).map(toOutboxMail)
}

/** The outcome of an email, without its content. */
export type MailRecord = {
  /** Its position among all mail: larger is newer. */
  number: number
  id: string
  kind: string
  to: string
  queuedAt: number
  attempts: number
  deliveredAt: number | undefined
  givenUpAt: number | undefined
  lastError: string | undefined
}

/**
 * The mail of an account on record, newest first, at most `limit` of it, starting after the email `beforeNumber`.
 *
 * @param provenEmail its address, if confirmed: then it also returns mail that went to the address for several
 *   accounts, or before there was one. Mail to an unconfirmed address may concern somebody else
 */
export async function listMailOfAccount(
  db: Queryable,
  { accountId, provenEmail }: { accountId: number; provenEmail: string | undefined },
  beforeNumber: number | undefined,
  limit: number,
): Promise<MailRecord[]> {
  const rows = await db
    .selectFrom('mail_outbox')
    .select(['number', 'id', 'kind', 'recipient', 'queued_at', 'attempts', 'delivered_at', 'given_up_at', 'last_error'])
    .where((row) => {
      const own = row('account_id', '=', accountId)
      if (provenEmail === undefined) return own
      return row.or([own, row.and([row('account_id', 'is', null), row('recipient', '=', provenEmail)])])
    })
    .where('number', '<', beforeNumber ?? Number.MAX_SAFE_INTEGER)
    .orderBy('number', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    number: row.number,
    id: row.id,
    kind: row.kind,
    to: row.recipient,
    queuedAt: row.queued_at,
    attempts: row.attempts,
    deliveredAt: row.delivered_at ?? undefined,
    givenUpAt: row.given_up_at ?? undefined,
    lastError: row.last_error ?? undefined,
  }))
}

const recent = prepared((db, accountId: number, kind: string, since: number, limit: number) =>
  db
    .selectFrom((mails) =>
      mails
        .selectFrom('mail_outbox')
        .select('queued_at')
        .where('account_id', '=', accountId)
        .where('kind', '=', kind)
        .where('queued_at', '>', since)
        .limit(limit)
        .as('recent'),
    )
    .select(({ fn }) => fn.countAll<number>().as('count')),
)

/** Whether at least `limit` emails of one kind were queued for an account after `since`. */
export async function hasRecentMail(
  db: Queryable,
  { accountId, kind, since, limit }: { accountId: number; kind: string; since: number; limit: number },
): Promise<boolean> {
  return ((await recent(db, accountId, kind, since, limit))[0]?.count ?? 0) >= limit
}

/**
 * Deletes finished mail that was queued before `before`, at most `limit` of it.
 *
 * @returns how much
 */
export async function pruneMail(db: Transaction, before: number, limit: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('mail_outbox')
    .where('id', 'in', (mails) =>
      mails
        .selectFrom('mail_outbox')
        .select('id')
        .where('queued_at', '<', before)
        .where('next_attempt_at', 'is', null)
        .orderBy('queued_at')
        .limit(limit),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** The place that the secrets of an email are bound to when they are encrypted. */
export function placeOfMail(id: string): string {
  return `mail_outbox:${id}`
}

/** The encrypted secrets of emails. */
export const sealedMail = sealedColumn({ table: 'mail_outbox', column: 'sealed_tokens', placeOf: placeOfMail })

/** Converts a row to an email. */
export function toOutboxMail(row: Selectable<MailOutboxTable>): OutboxMail {
  return {
    id: row.id,
    kind: row.kind,
    accountId: row.account_id ?? undefined,
    to: row.recipient,
    facts: JSON.parse(row.facts),
    sealedTokens: row.sealed_tokens ?? undefined,
    queuedAt: row.queued_at,
    expiresAt: row.expires_at,
    attempts: row.attempts,
  }
}
