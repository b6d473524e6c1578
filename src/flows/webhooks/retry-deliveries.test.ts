import { describe, expect, it, onTestFinished } from 'vitest'
import { blankAccount } from '../../../test/support/blank-account.ts'
import { databases } from '../../../test/support/databases.ts'
import { createMigratedDatabase } from '../../../test/support/migrated-database.ts'
import { createAccount } from '../../accounts/account-store.ts'
import { listEvents } from '../../audit/event-search-store.ts'
import { createWebhook } from '../../webhooks/webhook-store.ts'
import type { Administrator } from '../rights/actor.ts'
import { createRetryDeliveries } from './retry-deliveries.ts'

const NOW = 1_900_000_000_000
const DAY = 86_400_000

describe.each(databases)('the retry of a long queue on $name', (kind) => {
  it('records each batch together with its changes', async () => {
    const place = await createMigratedDatabase(kind, NOW)
    onTestFinished(() => place.drop())
    const database = place.open()
    const facts = { ...blankAccount, username: 'root', isStaff: true, isSuperuser: true }
    const root = await database.inTransaction((tx) => createAccount(tx, facts, 'folded', NOW))
    if (root === undefined) throw new Error('the account was not created')
    await database.inTransaction(async (tx) => {
      const about = { url: 'https://example.com/', description: '', events: ['session.ended'] as const }
      await createWebhook(tx, { id: 'hook', ...about, sealedSecret: 'sealed' }, NOW)
      const rows = Array.from({ length: 1_200 }, (_, index) => ({
        ...{ endpoint_id: 'hook', event_id: 1 + index, account_id: null, event: 'session.ended', payload: '{}' },
        ...{ queued_at: NOW, attempts: 3 },
        ...(index < 700 ? { next_attempt_at: NOW + DAY } : { next_attempt_at: null, given_up_at: NOW }),
      }))
      await tx.insertInto('webhook_deliveries').values(rows.slice(0, 700)).execute()
      await tx.insertInto('webhook_deliveries').values(rows.slice(700)).execute()
    })
    const caller = { account: root, sessionId: undefined, session: undefined }
    const administrator: Administrator = { kind: 'administrator', caller, origin: { address: '', userAgent: '' } }
    const retry = createRetryDeliveries({ database, clock: { now: () => NOW } })

    expect(await retry('hook', { includesGivenUp: true }, administrator)).toEqual({ retried: 1_200, more: false })
    const counts = async () => {
      const { events } = await listEvents(database.read, { event: 'webhook.retried', limit: 10 })
      return events.map(({ facts }) => facts.count).reverse()
    }
    expect(await counts()).toEqual([500, 500, 200])
    expect(await retry('hook', { includesGivenUp: true }, administrator)).toEqual({ retried: 0, more: false })
    expect(await counts()).toEqual([500, 500, 200, 0])
    const due = database.read.selectFrom('webhook_deliveries').select('event_id').where('next_attempt_at', '=', NOW)
    expect(await due.execute()).toHaveLength(1_200)
  })
})
