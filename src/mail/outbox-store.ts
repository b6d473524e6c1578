import type { Selectable } from 'kysely'
import { prepared, preparedChange, type Queryable } from '../storage/prepared.ts'
import type { MailOutboxTable } from '../storage/tables.ts'
import type { Mail, MailLink } from './mail.ts'

/** What a mail says, without the secrets of its links. */
export type MailFacts = { values: Mail['values']; links: readonly Omit<MailLink, 'token'>[] }

/** A mail as the outbox keeps it. */
export type OutboxMail = {
  id: string
  kind: string
  accountId: number | undefined
  to: string
  facts: MailFacts
  sealedTokens: string | undefined
  queuedAt: number
  expiresAt: number
  /** How often it was taken up. */
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

/** Queues a mail, in the transaction of what it tells of. */
export async function queueMail(tx: Queryable, mail: Omit<OutboxMail, 'attempts'>): Promise<void> {
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

const due = prepared((db, now: number) =>
  db.selectFrom('mail_outbox').select('id').where('next_attempt_at', '<=', now).limit(1),
)

/** Whether there is mail to be taken up. */
export async function isMailDue(db: Queryable, now: number): Promise<boolean> {
  return (await due(db, now)).length > 0
}

const backlog = prepared((db) =>
  db
    .selectFrom('mail_outbox')
    .select(({ fn }) => [fn.countAll<number>().as('waiting'), fn.min('queued_at').as('oldest')])
    .where('next_attempt_at', 'is not', null),
)

/** How much mail is yet to be sent, and when the oldest of it was queued: undefined if there is none. */
export async function readMailBacklog(db: Queryable): Promise<{ waiting: number; oldestQueuedAt: number | undefined }> {
  const [row] = await backlog(db)
  return { waiting: row?.waiting ?? 0, oldestQueuedAt: row?.oldest ?? undefined }
}

const claim = prepared((db, now: number, lostAt: number, limit: number) =>
  db
    .updateTable('mail_outbox')
    .set((row) => ({ attempts: row('attempts', '+', 1), next_attempt_at: lostAt }))
    .where('id', 'in', (mails) =>
      mails
        .selectFrom('mail_outbox')
        .select('id')
        .where('next_attempt_at', '<=', now)
        .orderBy('next_attempt_at')
        .limit(limit),
    )
    // Again, since PostgreSQL looks only at this once more when another process was quicker.
    .where('next_attempt_at', '<=', now)
    .returningAll(),
)

/**
 * Takes up mail that is due, at most `limit` of it, the longest due first. Until `lostAt` nobody else takes it up: by
 * then its delivery must be over or the claim renewed, or it counts as lost with its process. `attempts` is from then on the proof of whose turn
 * it is.
 */
export async function claimDueMail(tx: Queryable, now: number, lostAt: number, limit: number): Promise<OutboxMail[]> {
  return (await claim(tx, now, lostAt, limit)).map(toOutboxMail)
}

const renew = preparedChange((db, id: string, attempts: number, lostAt: number) =>
  db
    .updateTable('mail_outbox')
    .set({ next_attempt_at: lostAt })
    .where('id', '=', id)
    .where('attempts', '=', attempts)
    .where('next_attempt_at', 'is not', null),
)

/** Notes that whoever has taken a mail up is still at it. See `recordDelivery`. */
export async function renewClaim(tx: Queryable, mail: OutboxMail, lostAt: number): Promise<void> {
  await renew(tx, mail.id, mail.attempts, lostAt)
}

const deliver = preparedChange((db, id: string, attempts: number, now: number) =>
  db
    .updateTable('mail_outbox')
    .set({ delivered_at: now, given_up_at: null, next_attempt_at: null, last_error: null })
    .where('id', '=', id)
    .where('attempts', '=', attempts),
)
const forget = preparedChange((db, id: string) =>
  db.updateTable('mail_outbox').set({ facts: '{}', sealed_tokens: null }).where('id', '=', id),
)

/**
 * Notes that a mail was delivered. What it said is forgotten, unless it is to be looked at.
 *
 * @param mail as it was claimed; if somebody has claimed it since, nothing happens
 */
export async function recordDelivery(tx: Queryable, mail: OutboxMail, isKept: boolean, now: number): Promise<void> {
  const isMine = (await deliver(tx, mail.id, mail.attempts, now)) === 1
  if (isMine && !isKept) await forget(tx, mail.id)
}

const postpone = preparedChange((db, id: string, attempts: number, nextAttemptAt: number, error: string) =>
  db
    .updateTable('mail_outbox')
    .set({ next_attempt_at: nextAttemptAt, last_error: error })
    .where('id', '=', id)
    .where('attempts', '=', attempts)
    // Unless it was dropped meanwhile.
    .where('next_attempt_at', 'is not', null),
)

/** Notes that an attempt failed, and when the next one is due. See `recordDelivery`. */
export async function postponeMail(
  tx: Queryable,
  mail: OutboxMail,
  nextAttemptAt: number,
  error: string,
): Promise<void> {
  await postpone(tx, mail.id, mail.attempts, nextAttemptAt, error)
}

const giveUp = preparedChange((db, id: string, attempts: number, now: number, error: string) =>
  db
    .updateTable('mail_outbox')
    .set({ given_up_at: now, next_attempt_at: null, last_error: error })
    .where('id', '=', id)
    .where('attempts', '=', attempts)
    .where('next_attempt_at', 'is not', null),
)

/** Notes that a mail will never be delivered, and forgets what it said. See `recordDelivery`. */
export async function giveMailUp(tx: Queryable, mail: OutboxMail, error: string, now: number): Promise<void> {
  if ((await giveUp(tx, mail.id, mail.attempts, now, error)) === 1) await forget(tx, mail.id)
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

/** Delivered mail that is still there to be looked at, the newest first. */
export async function listKeptMail(db: Queryable, limit: number): Promise<OutboxMail[]> {
  return (await kept(db, limit)).map(toOutboxMail)
}

/** What became of a mail; nothing of what it said. */
export type MailRecord = {
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
 * The mail of an account that is still on record, the newest first.
 *
 * @param provenEmail its address: then also what went there for several accounts at once, or for none yet. What was sent
 *   to an address that is not proven may be somebody else's business
 */
export async function listMailOfAccount(
  db: Queryable,
  accountId: number,
  provenEmail: string | undefined,
): Promise<MailRecord[]> {
  const rows = await db
    .selectFrom('mail_outbox')
    .select(['id', 'kind', 'recipient', 'queued_at', 'attempts', 'delivered_at', 'given_up_at', 'last_error'])
    .where((row) => {
      const own = row('account_id', '=', accountId)
      if (provenEmail === undefined) return own
      return row.or([own, row.and([row('account_id', 'is', null), row('recipient', '=', provenEmail)])])
    })
    .orderBy('number', 'desc')
    .execute()
  return rows.map((row) => ({
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

const recent = prepared((db, accountId: number, kind: string, since: number) =>
  db
    .selectFrom('mail_outbox')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('account_id', '=', accountId)
    .where('kind', '=', kind)
    .where('queued_at', '>', since),
)

/** How much mail of one kind was queued for an account after `since`. */
export async function countRecentMail(db: Queryable, accountId: number, kind: string, since: number): Promise<number> {
  return (await recent(db, accountId, kind, since))[0]?.count ?? 0
}

/**
 * Deletes mail that is done and was queued before `before`, at most `limit` of it.
 *
 * @returns how much
 */
export async function pruneMail(db: Queryable, before: number, limit: number): Promise<number> {
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

function toOutboxMail(row: Selectable<MailOutboxTable>): OutboxMail {
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
