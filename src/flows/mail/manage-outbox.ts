import { recordEvent } from '../../audit/audit-store.ts'
import { AuthError } from '../../errors.ts'
import type { Outbox } from '../../mail/outbox.ts'
import {
  dropMail,
  findOutboxRecord,
  hurryAnyMail,
  hurryMail,
  listOutbox,
  type OutboxQuery,
  type OutboxRecord,
} from '../../mail/outbox-record-store.ts'
import type { Clock } from '../../platform/clock.ts'
import { endRest, type FailingLane, listFailingLanes } from '../../queue/lane-store.ts'
import { LEASE_MS } from '../../queue/queue.ts'
import type { Database } from '../../storage/database.ts'
import type { Queryable, Transaction } from '../../storage/prepared.ts'
import { type Administrator, auditOriginOf } from '../rights/actor.ts'
import { admit, findOther } from '../rights/authority.ts'
import { MAIL_LANE, MAIL_QUEUE } from './deliver-mail.ts'

/** The largest clock difference between processes that send mail. */
const CLOCK_SLACK_MS = 60_000
/** How much mail one transaction makes due, and how many of them there are in one request. */
const BATCH = 500
const BATCHES = 200

/** The state of mail, for administrators. Nobody can see its content. */
export type OutboxAdministration = {
  list(query: OutboxQuery): Promise<OutboxRecord[]>
  /** Why no mail can be sent at present; undefined if it can. */
  failing(): Promise<FailingLane | undefined>
  /** @throws AuthError `not_found` */
  get(id: string): Promise<OutboxRecord>
  /** Sends a postponed email now. @throws AuthError `permission_denied`, `not_found`, `mail_done` */
  retry(id: string, administrator: Administrator): Promise<void>
  /**
   * The same for all postponed mail; use it when the mail server works again.
   *
   * @returns how much.
   * @throws AuthError `permission_denied`
   */
  retryAll(administrator: Administrator): Promise<number>
  /**
   * Drops an email. Nobody may drop mail about themselves or about accounts with more rights: it may be the notice that
   * reports what they did.
   *
   * @throws AuthError `permission_denied`, `not_found`, `own_account`, `mail_done`
   */
  drop(id: string, administrator: Administrator): Promise<void>
}

export function createOutboxAdministration({
  database,
  clock,
  outbox,
}: {
  database: Database
  clock: Clock
  outbox: Pick<Outbox, 'wake'>
}): OutboxAdministration {
  async function pending(tx: Transaction, id: string): Promise<OutboxRecord> {
    const mail = await getRecord(tx, id)
    if (mail.state !== 'pending') throw new AuthError('mail_done')
    return mail
  }

  /**
   * Leaves out mail that a process may be sending at this moment, because it would be sent twice. Also ends the rest of
   * a mail server that did not respond, because the administrator says that it works again.
   */
  async function hurry(
    administrator: Administrator,
    make: (tx: Transaction, now: number, after: number) => Promise<number>,
  ): Promise<number> {
    const now = clock.now()
    const hurried = await database.inTransaction(async (tx) => {
      await admit(tx, administrator, 'outbox.change')
      await endRest(tx, MAIL_QUEUE, MAIL_LANE, now)
      return make(tx, now, now + LEASE_MS + CLOCK_SLACK_MS)
    })
    outbox.wake()
    return hurried
  }

  return {
    list: (query) => listOutbox(database.read, query),
    get: (id) => getRecord(database.read, id),
    async failing() {
      const [lane] = await listFailingLanes(database.read, MAIL_QUEUE)
      return lane
    },
    async retry(id, administrator) {
      await hurry(administrator, async (tx, now, after) => {
        const { accountId, kind } = await pending(tx, id)
        await hurryMail(tx, id, now, after)
        const facts = { accountId, mailId: id, kind, origin: auditOriginOf(administrator) }
        await recordEvent(tx, now, 'mail.retried', facts)
        return 1
      })
    },
    async retryAll(administrator) {
      let total = 0
      for (let nth = 0; nth < BATCHES; nth++) {
        const count = await hurry(administrator, async (tx, now, after) => {
          const hurried = await hurryAnyMail(tx, now, after, BATCH)
          const facts = { accountId: undefined, count: hurried, origin: auditOriginOf(administrator) }
          if (hurried > 0 || total === 0) await recordEvent(tx, now, 'mail.all_retried', facts)
          return hurried
        })
        total += count
        if (count < BATCH) break
      }
      return total
    },
    async drop(id, administrator) {
      const now = clock.now()
      await database.inTransaction(async (tx) => {
        const by = await admit(tx, administrator, 'outbox.change')
        const { accountId, kind } = await pending(tx, id)
        if (accountId !== undefined) await findOther(tx, by, accountId)
        // It was sent or dropped after it was read.
        if (!(await dropMail(tx, id, 'dropped by an administrator', now))) throw new AuthError('mail_done')
        const facts = { accountId, mailId: id, kind, origin: auditOriginOf(administrator) }
        await recordEvent(tx, now, 'mail.dropped', facts)
      })
    },
  }
}

async function getRecord(db: Queryable, id: string): Promise<OutboxRecord> {
  const mail = await findOutboxRecord(db, id)
  if (mail === undefined) throw new AuthError('not_found')
  return mail
}
