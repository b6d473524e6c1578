import type { Settled } from '../queue/queue.ts'
import { prepared, preparedChange, preparedReturning, type Queryable, type Transaction } from '../storage/prepared.ts'
import { type OutboxMail, toOutboxMail } from './outbox-store.ts'

const due = prepared((db, now: number) =>
  db.selectFrom('mail_outbox').select('id').where('next_attempt_at', '<=', now).orderBy('next_attempt_at').limit(1),
)

/** Whether any mail is due. */
export async function isMailDue(db: Queryable, now: number): Promise<boolean> {
  return (await due(db, now)).length > 0
}

/** The most mail that is counted, because counting takes longer the more there is. */
const COUNTED_MAILS = 100_000

const backlog = prepared((db) =>
  db
    .selectFrom((waiting) =>
      waiting
        .selectFrom('mail_outbox')
        .select('number')
        .where('next_attempt_at', 'is not', null)
        .orderBy('number')
        .limit(COUNTED_MAILS)
        .as('waiting'),
    )
    .select(({ fn }) => fn.countAll<number>().as('waiting')),
)

const oldest = prepared((db) =>
  db.selectFrom('mail_outbox').select('queued_at').where('next_attempt_at', 'is not', null).orderBy('number').limit(1),
)

/**
 * How much mail is waiting (at most `COUNTED_MAILS` are counted), and when the oldest was queued: undefined if none is
 * waiting.
 */
export async function readMailBacklog(db: Queryable): Promise<{ waiting: number; oldestQueuedAt: number | undefined }> {
  const [[row], [first]] = [await backlog(db), await oldest(db)]
  return { waiting: row?.waiting ?? 0, oldestQueuedAt: first?.queued_at }
}

const expire = preparedChange((db, now: number, reason: string, limit: number) =>
  db
    .updateTable('mail_outbox')
    .set({ given_up_at: now, next_attempt_at: null, last_error: reason, facts: '{}', sealed_tokens: null })
    .where('number', 'in', (mails) =>
      mails
        .selectFrom('mail_outbox')
        .select('number')
        .where('expires_at', '<=', now)
        .where('next_attempt_at', 'is not', null)
        .orderBy('expires_at')
        .limit(limit),
    )
    .where('next_attempt_at', 'is not', null),
)

/** Gives up expired waiting mail, at most `limit` of it. @returns how much */
export async function giveUpExpiredMail(tx: Transaction, now: number, limit: number): Promise<number> {
  return expire(tx, now, 'it could not be delivered in time', limit)
}

const newestBeyond = prepared((db, limit: number) =>
  db
    .selectFrom('mail_outbox')
    .select('number')
    .where('next_attempt_at', 'is not', null)
    .orderBy('number', 'desc')
    .limit(1)
    .offset(limit),
)
const crowdOut = preparedChange((db, lastNumber: number, now: number, reason: string, limit: number) =>
  db
    .updateTable('mail_outbox')
    .set({ given_up_at: now, next_attempt_at: null, last_error: reason, facts: '{}', sealed_tokens: null })
    .where('number', 'in', (mails) =>
      mails
        .selectFrom('mail_outbox')
        .select('number')
        .where('number', '<=', lastNumber)
        .where('next_attempt_at', 'is not', null)
        .orderBy('number')
        .limit(limit),
    )
    .where('next_attempt_at', 'is not', null),
)

/**
 * The number of the newest email beyond the `limit` newest waiting ones; undefined if no more than `limit` wait. Counts
 * them, so it takes longer the more there are.
 */
export async function findExcessMail(db: Queryable, limit: number): Promise<number | undefined> {
  return (await newestBeyond(db, limit))[0]?.number
}

/** Gives up the oldest waiting mail up to this number, at most `limit` of it. @returns how much */
export async function giveUpExcessMail(
  tx: Transaction,
  lastNumber: number,
  now: number,
  limit: number,
): Promise<number> {
  return crowdOut(tx, lastNumber, now, 'too much mail waited', limit)
}

const claim = preparedReturning((db, now: number, leaseUntil: number, limit: number) =>
  db
    .updateTable('mail_outbox')
    .set((row) => ({ attempts: row('attempts', '+', 1), next_attempt_at: leaseUntil }))
    .where('id', 'in', (mails) =>
      mails
        .selectFrom('mail_outbox')
        .select('id')
        .where('next_attempt_at', '<=', now)
        .orderBy('next_attempt_at')
        .limit(limit),
    )
    // Repeated here, because PostgreSQL checks only this condition again if another process was faster.
    .where('next_attempt_at', '<=', now)
    .returningAll(),
)

/** Claims mail that is due, the longest overdue first. `queue/queue.ts` explains the terms. */
export async function claimMail(
  tx: Transaction,
  { now, leaseUntil, limit }: { now: number; leaseUntil: number; limit: number },
): Promise<OutboxMail[]> {
  return (await claim(tx, now, leaseUntil, limit)).map(toOutboxMail)
}

const renew = preparedChange((db, id: string, attempts: number, leaseUntil: number) =>
  db
    .updateTable('mail_outbox')
    .set({ next_attempt_at: leaseUntil })
    .where('id', '=', id)
    .where('attempts', '=', attempts)
    .where('next_attempt_at', 'is not', null),
)

/** Extends leases. */
export async function renewMail(tx: Transaction, mails: readonly OutboxMail[], leaseUntil: number): Promise<void> {
  for (const { id, attempts } of mails) await renew(tx, id, attempts, leaseUntil)
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
const postpone = preparedChange((db, id: string, attempts: number, nextAttemptAt: number, error: string) =>
  db
    .updateTable('mail_outbox')
    .set({ next_attempt_at: nextAttemptAt, last_error: error })
    .where('id', '=', id)
    .where('attempts', '=', attempts)
    // Unless it was dropped meanwhile.
    .where('next_attempt_at', 'is not', null),
)
const giveUp = preparedChange((db, id: string, attempts: number, now: number, error: string) =>
  db
    .updateTable('mail_outbox')
    .set({ given_up_at: now, next_attempt_at: null, last_error: error })
    .where('id', '=', id)
    .where('attempts', '=', attempts)
    .where('next_attempt_at', 'is not', null),
)
const giveBack = preparedChange((db, id: string, attempts: number) =>
  db
    .updateTable('mail_outbox')
    .set((row) => ({ attempts: row('attempts', '-', 1), next_attempt_at: row.ref('queued_at') }))
    .where('id', '=', id)
    .where('attempts', '=', attempts)
    .where('next_attempt_at', 'is not', null),
)

/**
 * Records the results of deliveries. The content of an email is deleted once it was sent or given up.
 *
 * @param isKept keeps the content of sent mail, for display in development
 */
export async function settleMail(
  tx: Transaction,
  settled: readonly Settled<OutboxMail>[],
  isKept: boolean,
): Promise<void> {
  for (const { work, verdict, result } of settled) {
    const { id, attempts } = work
    const { reason = '' } = result
    if (verdict.kind === 'retry') await postpone(tx, id, attempts, verdict.nextAttemptAt, reason)
    else if (verdict.kind === 'returned') await giveBack(tx, id, attempts)
    else if (verdict.kind === 'given_up') {
      if ((await giveUp(tx, id, attempts, verdict.at, reason)) === 1) await forget(tx, id)
    } else if ((await deliver(tx, id, attempts, verdict.at)) === 1 && !isKept) await forget(tx, id)
  }
}
