import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  claimMail,
  findExcessMail,
  giveUpExpiredMail,
  isMailDue,
  readMailBacklog,
} from '../../src/mail/mail-queue-store.ts'
import type { Database } from '../../src/storage/database.ts'
import type { Transaction } from '../../src/storage/prepared.ts'
import {
  claimDeliveries,
  giveUpOldest,
  listDueWebhooks,
  oldestQueuedAt,
  settleDeliveries,
} from '../../src/webhooks/delivery-queue-store.ts'
import { readWebhookBacklog } from '../../src/webhooks/delivery-store.ts'
import { queueEvents, WAITING_PER_ACCOUNT } from '../../src/webhooks/event-queue-store.ts'
import { createWebhook } from '../../src/webhooks/webhook-store.ts'
import { databases } from '../support/databases.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../support/migrated-database.ts'
import { planOf, statementsOf } from '../support/recorded-statements.ts'

const NOW = 1_900_000_000_000
const WAITING = 300_000
const DONE = 20_000
const HOOK = 'a'.repeat(32)
/** So many at once that no statement exceeds its time limit, even on a busy machine. */
const STRETCH = 20_000

describe.each(databases)(`queues in which ${WAITING} pieces of work wait, on $name`, (kind) => {
  let place: MigratedDatabase
  let database: Database

  beforeAll(async () => {
    place = await createMigratedDatabase(kind, NOW)
    database = place.open()
    const webhook = {
      id: HOOK,
      url: 'https://a.test',
      description: '',
      events: ['login.succeeded' as const],
      sealedSecret: 'x',
    }
    await database.inTransaction((tx) => createWebhook(tx, webhook, NOW))
    for (let from = 1; from <= WAITING + DONE; from += STRETCH) {
      await database.inTransaction((tx) => queueStretch(tx, from, from + STRETCH - 1))
    }
    if (database.kind === 'postgres') await database.inTransaction((tx) => sql`analyze`.execute(tx))
  })
  afterAll(() => place.drop())

  /** Queues the deliveries and the mail with these numbers. The first ones are already done. */
  async function queueStretch(tx: Transaction, from: number, to: number): Promise<void> {
    const rows =
      database.kind === 'sqlite'
        ? sql`with recursive n(i) as (select ${sql.lit(from)} union all select i + 1 from n where i < ${sql.lit(to)}) select i from n`
        : sql`select i from generate_series(${sql.lit(from)}, ${sql.lit(to)}) as n(i)`
    await sql`insert into webhook_deliveries
      (endpoint_id, event_id, event, account_id, payload, queued_at, attempts, next_attempt_at, delivered_at)
      select ${sql.lit(HOOK)}, i, 'login.succeeded', 1 + i % 5000, '{"type":"login.succeeded"}', ${sql.lit(NOW - WAITING - DONE)} + i, 0,
        case when i > ${sql.lit(DONE)} then ${sql.lit(NOW - WAITING - DONE)} + i end, case when i <= ${sql.lit(DONE)} then 1 end
      from (${rows}) as s`.execute(tx)
    await sql`insert into mail_outbox
      (id, kind, recipient, facts, queued_at, expires_at, attempts, next_attempt_at, delivered_at)
      select 'mail' || i, 'hello', 'a@b.test', '{}', ${sql.lit(NOW - WAITING - DONE)} + i, ${sql.lit(NOW + 1_000_000)}, 0,
        case when i > ${sql.lit(DONE)} then ${sql.lit(NOW - WAITING - DONE)} + i end, case when i <= ${sql.lit(DONE)} then 1 end
      from (${rows}) as s`.execute(tx)
  }

  /** Steps that would read every waiting row: reading a whole table or index, or sorting what was read. */
  const wholeReads =
    /SCAN (webhook_deliveries|mail_outbox)(?! USING (COVERING )?INDEX)|TEMP B-TREE|Seq Scan on (webhook_deliveries|mail_outbox)|Sort Key/

  it.each<[string, number, (db: Database) => Promise<unknown>]>([
    ['looking for webhooks that something waits for', 1, ({ read }) => listDueWebhooks(read, NOW)],
    [
      'claiming a batch of deliveries',
      2,
      ({ inTransaction }) =>
        inTransaction((tx) => claimDeliveries(tx, HOOK, { now: NOW, leaseUntil: NOW + 20_000, limit: 50 })),
    ],
    ['asking for the oldest delivery', 1, ({ read }) => oldestQueuedAt(read, HOOK)],
    [
      'giving up the oldest deliveries',
      1,
      ({ inTransaction }) =>
        inTransaction((tx) =>
          giveUpOldest(tx, HOOK, { before: 0, lastEventId: 0, now: NOW, reason: 'too old', limit: 500 }),
        ),
    ],
    ['asking how many deliveries wait', 1, ({ read }) => readWebhookBacklog(read)],
    ['looking for mail', 1, ({ read }) => isMailDue(read, NOW)],
    [
      'claiming mail',
      1,
      ({ inTransaction }) => inTransaction((tx) => claimMail(tx, { now: NOW, leaseUntil: NOW + 20_000, limit: 4 })),
    ],
    ['giving up expired mail', 1, ({ inTransaction }) => inTransaction((tx) => giveUpExpiredMail(tx, NOW, 500))],
    ['asking how much mail waits', 2, ({ read }) => readMailBacklog(read)],
    ['asking whether there is too much mail', 1, ({ read }) => findExcessMail(read, 1_000)],
  ])('%s takes %i statements, with an index', async (_what, count, act) => {
    const statements = await statementsOf(database, () => act(database))
    expect(statements.map(({ sql: text }) => text)).toHaveLength(count)
    for (const statement of statements) expect(await planOf(place.url, statement)).not.toMatch(wholeReads)
  })

  it('accepts no more events about one account than its share, however long the queue is', async () => {
    const [loud, quiet] = [777_777, 888_888]
    await database.inTransaction((tx) =>
      sql`update webhook_deliveries set account_id = ${sql.lit(loud)}
        where event_id > ${sql.lit(DONE + 1_000)} and event_id <= ${sql.lit(DONE + 1_000 + WAITING_PER_ACCOUNT - 2)}`.execute(
        tx,
      ),
    )
    const anEvent = (eventId: number, accountId: number | undefined) =>
      ({ eventId, event: 'login.succeeded', accountId, payload: `{"n":${eventId}}`, at: NOW + eventId }) as const
    const batch = [
      anEvent(1_000_005, loud),
      anEvent(1_000_001, loud),
      anEvent(1_000_002, quiet),
      anEvent(1_000_003, loud),
      anEvent(1_000_004, undefined),
    ]
    const sent = await statementsOf(database, () => database.inTransaction((tx) => queueEvents(tx, batch)))
    expect(sent.filter(({ sql: text }) => text.includes('webhook_deliveries'))).toHaveLength(1)
    for (const statement of sent) {
      expect(await planOf(place.url, statement)).not.toMatch(/SCAN earlier|Seq Scan on webhook_deliveries/)
    }
    await database.inTransaction((tx) => queueEvents(tx, [anEvent(1_000_006, loud)]))
    await database.inTransaction((tx) => queueEvents(tx, [anEvent(1_000_007, quiet)]))
    await database.inTransaction((tx) => queueEvents(tx, []))
    const rows = await database.read
      .selectFrom('webhook_deliveries')
      .select(['event_id', 'account_id', 'payload', 'queued_at', 'next_attempt_at'])
      .where('event_id', '>', 1_000_000)
      .orderBy('event_id')
      .execute()
    expect(rows).toEqual(
      [
        [1_000_001, loud],
        [1_000_002, quiet],
        [1_000_003, loud],
        [1_000_004, null],
        [1_000_007, quiet],
      ].map(([id = 0, account_id]) => {
        const at = NOW + (id ?? 0)
        return { event_id: id, account_id, payload: `{"n":${id}}`, queued_at: at, next_attempt_at: at }
      }),
    )
  })

  it('fifty finished deliveries are recorded in one statement', async () => {
    const claimed = await database.inTransaction((tx) =>
      claimDeliveries(tx, HOOK, { now: NOW, leaseUntil: NOW + 20_000, limit: 50 }),
    )
    const settled = claimed.map((work) => ({
      work,
      verdict: { kind: 'done', at: NOW } as const,
      result: { outcome: 'done', status: 204 } as const,
    }))
    const statements = await statementsOf(database, () => database.inTransaction((tx) => settleDeliveries(tx, settled)))
    expect([claimed.length, statements.length]).toEqual([50, 1])
    expect(claimed.map(({ eventId }) => eventId)).toEqual(
      claimed.map(({ eventId }) => eventId).toSorted((a, b) => a - b),
    )
    expect(await planOf(place.url, statements[0] ?? { sql: '', parameters: [] })).not.toMatch(wholeReads)
  })
})
