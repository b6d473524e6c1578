import { AuthError, type FieldFault, fieldRefusal, refuseFaults } from '../../errors.ts'
import { GROUP_DESCRIPTION_LIMIT, type Group, groupNameFaults, normalizeGroupName } from '../../permissions/group.ts'
import { findGroup, type GroupSearch, isGroupNameTaken, listGroups } from '../../permissions/group-store.ts'
import type { Clock } from '../../platform/clock.ts'
import { textFaults } from '../../platform/text-rules.ts'
import type { Database } from '../../storage/database.ts'
import type { Transaction } from '../../storage/prepared.ts'
import { getAccount } from '../accounts/get-account.ts'
import { auditOriginOf, type Manager } from './actor.ts'
import { admit } from './authority.ts'
import { permissionFaults } from './grants.ts'
import { setMembership } from './memberships.ts'
import { changeGroupAndRecord, createGroupAndRecord, deleteGroupAndRecord } from './write-group.ts'

/** The data of a group; for an existing group, undefined values stay. */
type GroupData = {
  name?: string | undefined
  description?: string | undefined
  permissions?: readonly string[] | undefined
}

/** Groups by id, and whether more follow. */
type GroupPage = { groups: Group[]; hasMore: boolean }

/**
 * Groups, as in Django: sets of permissions for their members. Changing one grants or removes rights, so it requires a
 * superuser.
 */
export type GroupAdministration = {
  list(search: GroupSearch): Promise<GroupPage>
  /** @throws AuthError `not_found` */
  get(id: number): Promise<Group>
  /** @throws AuthError `permission_denied`, `invalid_fields` */
  create(data: GroupData & { name: string }, manager: Manager): Promise<Group>
  /** @throws AuthError `permission_denied`, `not_found`, `invalid_fields` */
  change(id: number, data: GroupData, manager: Manager): Promise<Group>
  /** Deletes a group; its members lose its permissions. @throws AuthError `permission_denied`, `not_found` */
  remove(id: number, manager: Manager): Promise<void>
  /** @returns false if the account is a member already. @throws AuthError `permission_denied`, `not_found` */
  addMember(id: number, accountId: number, manager: Manager): Promise<boolean>
  /** @returns false if the account is not a member. @throws AuthError `permission_denied`, `not_found` */
  removeMember(id: number, accountId: number, manager: Manager): Promise<boolean>
}

export function createGroupAdministration({
  database,
  clock,
}: {
  database: Database
  clock: Clock
}): GroupAdministration {
  /** Changes an existing group, as a superuser. */
  async function changing<Result>(
    id: number,
    manager: Manager,
    apply: (tx: Transaction, group: Group, now: number) => Promise<Result>,
  ): Promise<Result> {
    const now = clock.now()
    return database.inTransaction(async (tx) => {
      await admit(tx, manager, 'superuser')
      const group = await findGroup(tx, id)
      if (group === undefined) throw new AuthError('not_found')
      return apply(tx, group, now)
    })
  }

  function changeMembership(id: number, accountId: number, isMember: boolean, manager: Manager): Promise<boolean> {
    return changing(id, manager, async (tx, group, now) => {
      await getAccount(tx, accountId, 'not_found')
      const membership = { group, accountIds: [accountId], isMember }
      return (await setMembership(tx, membership, auditOriginOf(manager), now)).has(accountId)
    })
  }

  return {
    async list({ limit, ...search }) {
      const groups = await listGroups(database.read, { ...search, limit: limit + 1 })
      return { groups: groups.slice(0, limit), hasMore: groups.length > limit }
    },
    async get(id) {
      const group = await findGroup(database.read, id)
      if (group === undefined) throw new AuthError('not_found')
      return group
    },
    async create({ name: typed, description = '', permissions = [] }, manager) {
      const now = clock.now()
      const name = normalizeGroupName(typed)
      refuseFaulty({ name, description, permissions })
      return database.inTransaction(async (tx) => {
        await admit(tx, manager, 'superuser')
        const wanted = { name, description, permissions }
        const created = await createGroupAndRecord(tx, wanted, auditOriginOf(manager), now)
        if (created === undefined) throw nameTaken()
        return created
      })
    },
    change: (id, data, manager) =>
      changing(id, manager, async (tx, group, now) => {
        const name = data.name === undefined ? group.name : normalizeGroupName(data.name)
        const { description = group.description, permissions = group.permissions } = data
        refuseFaulty({ name, description, permissions })
        if (await isGroupNameTaken(tx, name, id)) throw nameTaken()
        return changeGroupAndRecord(tx, group, { name, description, permissions }, auditOriginOf(manager), now)
      }),
    remove: (id, manager) =>
      changing(id, manager, (tx, group, now) => deleteGroupAndRecord(tx, group, auditOriginOf(manager), now)),
    addMember: (id, accountId, manager) => changeMembership(id, accountId, true, manager),
    removeMember: (id, accountId, manager) => changeMembership(id, accountId, false, manager),
  }
}

/** @throws AuthError `invalid_fields` */
function refuseFaulty({ name, description, permissions }: Pick<Group, 'name' | 'description' | 'permissions'>): void {
  const faults: FieldFault[] = [
    ...groupNameFaults(name).map((fault) => ({ field: 'name', ...fault })),
    ...textFaults(description, GROUP_DESCRIPTION_LIMIT).map((fault) => ({ field: 'description', ...fault })),
    ...permissionFaults('permissions', permissions),
  ]
  refuseFaults(faults)
}

function nameTaken(): AuthError {
  return fieldRefusal('name', 'name_taken')
}
