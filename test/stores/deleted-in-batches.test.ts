import { describe, expect, it, onTestFinished } from 'vitest'
import type { NewAccount } from '../../src/accounts/account.ts'
import { createAccount } from '../../src/accounts/account-store.ts'
import { findRights, setGroupPermissions } from '../../src/permissions/grant-store.ts'
import { addMembers } from '../../src/permissions/group-member-store.ts'
import {
  createGroup,
  deleteGroup,
  findGroup,
  findGroupIds,
  listGroups,
  removeDeletedGroups,
} from '../../src/permissions/group-store.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { migrate } from '../../src/storage/migrate.ts'
import type { Transaction } from '../../src/storage/prepared.ts'
import { listDueWebhooks } from '../../src/webhooks/delivery-queue-store.ts'
import { readWebhookBacklog } from '../../src/webhooks/delivery-store.ts'
import {
  createWebhook,
  deleteWebhook,
  findSecrets,
  findWebhook,
  listWebhooks,
  removeDeletedWebhooks,
} from '../../src/webhooks/webhook-store.ts'
import { databases, type TestDatabase } from '../support/databases.ts'

const NOW = 1_900_000_000_000
const MANY = 1_200

function anAccount(username: string): NewAccount {
  return { username, email: '', phoneNumber: '', firstName: '', lastName: '', isStaff: false, isSuperuser: false }
}

describe.each(databases)('what has very many rows is deleted in batches on $name', (database: TestDatabase) => {
  async function aDatabase() {
    const { url, drop } = await database.create()
    const opened = openDatabase(url)
    onTestFinished(async () => {
      await opened.close()
      await drop()
    })
    await migrate(opened, NOW)
    const batches = async (remove: (tx: Transaction, limit: number) => Promise<number>) => {
      const sizes = []
      do sizes.push(await opened.inTransaction((tx) => remove(tx, 500)))
      while (sizes.at(-1) === 500)
      return sizes
    }
    return { opened, batches }
  }

  it('a webhook with its deliveries', async () => {
    const { opened, batches } = await aDatabase()
    await opened.inTransaction(async (tx) => {
      for (const id of ['crowded', 'small', 'other']) {
        const facts = { url: 'https://example.com/', description: 'a note', events: ['session.ended'] as const }
        await createWebhook(tx, { id, ...facts, sealedSecret: 'sealed' }, NOW)
      }
      const row = { event: 'session.ended', payload: '{}', queued_at: NOW, attempts: 0, next_attempt_at: NOW }
      const rowsOf = (endpoint_id: string, count: number) =>
        Array.from({ length: count }, (_, index) => ({ endpoint_id, event_id: 1 + index, account_id: null, ...row }))
      for (const rows of [rowsOf('crowded', MANY), rowsOf('small', 2), rowsOf('other', 2)]) {
        await tx.insertInto('webhook_deliveries').values(rows).execute()
      }
    })
    const countOf = async (id: string) =>
      (await opened.read.selectFrom('webhook_deliveries').select('event_id').where('endpoint_id', '=', id).execute())
        .length
    for (const id of ['crowded', 'small']) await opened.inTransaction((tx) => deleteWebhook(tx, id, NOW))
    expect((await listWebhooks(opened.read)).map(({ id }) => id)).toEqual(['other'])
    expect(await findWebhook(opened.read, 'crowded')).toBeUndefined()
    expect(await findSecrets(opened.read, 'crowded')).toBeUndefined()
    expect(await listDueWebhooks(opened.read, NOW)).toEqual(['other'])
    expect((await readWebhookBacklog(opened.read)).waiting).toBe(2)
    const kept = await opened.read.selectFrom('webhook_endpoints').selectAll().where('id', '=', 'crowded').execute()
    expect(JSON.stringify(kept)).not.toMatch(/example|note|"sealed"/)
    expect([await countOf('crowded'), await countOf('small')]).toEqual([MANY, 0])

    expect(await batches(removeDeletedWebhooks)).toEqual([500, 500, 200])
    expect([await countOf('crowded'), await countOf('other')]).toEqual([0, 2])
    expect(await opened.read.selectFrom('webhook_endpoints').select('id').execute()).toEqual([{ id: 'other' }])
  })

  it('a group with its memberships', async () => {
    const { opened, batches } = await aDatabase()
    const { crowded, small } = await opened.inTransaction(async (tx) => {
      const groups = []
      for (const name of ['Crowded', 'Small']) {
        const group = (await createGroup(tx, { name, description: 'a note' }, NOW)) ?? expect.fail()
        await setGroupPermissions(tx, group.id, ['accounts.view'])
        groups.push(group.id)
      }
      const [crowded = 0, small = 0] = groups
      for (let index = 0; index < MANY; index++) {
        const account = await createAccount(tx, anAccount(`u${index}`), 'folded', NOW)
        const id = account?.id ?? expect.fail()
        await addMembers(tx, crowded, [id])
        if (index === 0) await addMembers(tx, small, [id])
      }
      return { crowded, small }
    })
    await opened.inTransaction((tx) => deleteGroup(tx, crowded, NOW))
    expect(await findGroup(opened.read, crowded)).toBeUndefined()
    expect((await listGroups(opened.read, { afterId: 0, limit: 10 })).map(({ name }) => name)).toEqual(['Small'])
    expect(await findGroupIds(opened.read, ['crowded'])).toEqual(new Map())
    expect(await findRights(opened.read, 2)).toMatchObject({ groups: [], permissions: new Set() })
    const [first] = await opened.read
      .selectFrom('account_groups')
      .select('account_id')
      .where('group_id', '=', small)
      .execute()
    expect(await findRights(opened.read, first?.account_id ?? 0)).toMatchObject({ groups: [{ name: 'Small' }] })
    // Its name is free at once.
    const again = (await opened.inTransaction((tx) => createGroup(tx, { name: 'Crowded', description: '' }, NOW)))?.id
    expect(again).toBeGreaterThan(crowded)

    expect(await batches(removeDeletedGroups)).toEqual([500, 500, 200])
    const left = await opened.read.selectFrom('groups').select('id').orderBy('id').execute()
    expect(left.map(({ id }) => id)).toEqual([small, again])
    expect(await opened.read.selectFrom('account_groups').select('group_id').execute()).toEqual([{ group_id: small }])
  })
})
