import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applyGroups, planGroups } from '../../src/flows/import/import-groups.ts'
import { auditOriginOf } from '../../src/flows/rights/actor.ts'
import type { ForeignGroup } from '../../src/foreign-systems/foreign-system.ts'
import { listGroups } from '../../src/permissions/group-store.ts'
import type { Database } from '../../src/storage/database.ts'
import { databases } from '../support/databases.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../support/migrated-database.ts'
import { statementsOf } from '../support/recorded-statements.ts'

const NOW = 1_900_000_000_000
const SOURCE = 'shop'

const aGroup = (key: string, name: string, ...permissions: string[]): ForeignGroup => ({ key, name, permissions })

describe.each(databases)('imported groups on $name', (kind) => {
  let place: MigratedDatabase
  let database: Database

  beforeAll(async () => {
    place = await createMigratedDatabase(kind, NOW)
    database = place.open()
  })
  afterAll(() => place.drop())

  async function importGroups(...groups: ForeignGroup[]): Promise<Map<string, number>> {
    const { plans } = await planGroups(database.read, SOURCE, groups, { same_group: 'merge' })
    return database.inTransaction((tx) => applyGroups(tx, SOURCE, plans, auditOriginOf({ kind: 'command_line' }), NOW))
  }
  const groupsHere = async () =>
    (await listGroups(database.read, { afterId: 0, limit: 10 })).map(({ name, permissions }) => [name, ...permissions])

  it('that are merged have the permissions of both, also if both change at once', async () => {
    const ids = await importGroups(aGroup('1', 'Editors', 'posts.add'), aGroup('2', 'editors', 'posts.view'))
    expect(ids.get('1')).toBe(ids.get('2'))
    expect(await groupsHere()).toEqual([['Editors', 'posts.add', 'posts.view']])
    await importGroups(aGroup('1', 'Editors', 'posts.change'), aGroup('2', 'editors', 'posts.delete'))
    expect(await groupsHere()).toEqual([['Editors', 'posts.change', 'posts.delete']])
  })

  it('take no statement each if nothing has changed', async () => {
    const many = Array.from({ length: 50 }, (_, nth) => aGroup(`many-${nth}`, `Group ${nth}`, 'posts.view'))
    await importGroups(...many)
    expect(await groupsHere()).not.toContainEqual(['Editors', 'posts.change', 'posts.delete'])
    expect((await statementsOf(database, () => importGroups(...many))).length).toBeLessThan(15)
  })
})
