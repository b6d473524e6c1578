import { recordEvent } from '../../audit/audit-store.ts'
import type { AuditOrigin } from '../../audit/events.ts'
import { setGroupPermissions } from '../../permissions/grant-store.ts'
import type { Group, GroupName } from '../../permissions/group.ts'
import { createGroup, deleteGroup, renameGroup } from '../../permissions/group-store.ts'
import type { Transaction } from '../../storage/prepared.ts'

/** What a group should be. The name must be normalised, and everything must be valid. */
type WantedGroup = Pick<Group, 'name' | 'description' | 'permissions'>

/** Creates a group and records it, in the caller's transaction. Undefined if its name is taken. */
export async function createGroupAndRecord(
  tx: Transaction,
  { name, description, permissions }: WantedGroup,
  origin: AuditOrigin,
  now: number,
): Promise<Group | undefined> {
  const created = await createGroup(tx, { name, description }, now)
  if (created === undefined) return undefined
  const { added } = await setGroupPermissions(tx, created.id, permissions)
  await recordEvent(tx, now, 'group.created', { groupId: created.id, name, permissions: added, origin })
  return { ...created, permissions: added.toSorted() }
}

/**
 * Changes a group and records what has changed, in the caller's transaction. The name must be free.
 *
 * @returns the group as it is now
 */
export async function changeGroupAndRecord(
  tx: Transaction,
  group: Group,
  { name, description, permissions }: WantedGroup,
  origin: AuditOrigin,
  now: number,
): Promise<Group> {
  const fields = [
    ...(name === group.name ? [] : ['name']),
    ...(description === group.description ? [] : ['description']),
  ]
  if (fields.length > 0) await renameGroup(tx, group.id, { name, description })
  const { added, removed } = await setGroupPermissions(tx, group.id, permissions)
  if (added.length + removed.length > 0) fields.push('permissions')
  if (fields.length > 0) {
    await recordEvent(tx, now, 'group.changed', { groupId: group.id, name, fields, added, removed, origin })
  }
  return { ...group, name, description, permissions: [...new Set(permissions)].sort() }
}

/** Deletes a group and records it, in the caller's transaction. Its members lose its permissions. */
export async function deleteGroupAndRecord(
  tx: Transaction,
  { id: groupId, name }: GroupName,
  origin: AuditOrigin,
  now: number,
): Promise<void> {
  await deleteGroup(tx, groupId, now)
  await recordEvent(tx, now, 'group.deleted', { groupId, name, origin })
}
