import type { AuditOrigin } from '../../audit/events.ts'
import { recordEventOfEach } from '../../audit/many-events-store.ts'
import type { GroupName } from '../../permissions/group.ts'
import { addMembers, removeMembers } from '../../permissions/group-member-store.ts'
import type { Transaction } from '../../storage/prepared.ts'

/** The accounts that should be in a group, or should not. */
type Membership = { group: GroupName; accountIds: readonly number[]; isMember: boolean }

/**
 * Adds accounts to a group, or removes them from it, and records it, in the caller's transaction. The accounts must
 * exist. Only the import of new accounts adds members in another way.
 *
 * @returns the ids of the accounts whose membership changed
 */
export async function setMembership(
  tx: Transaction,
  { group: { id: groupId, name }, accountIds, isMember }: Membership,
  origin: AuditOrigin,
  now: number,
): Promise<Set<number>> {
  const changed = await (isMember ? addMembers : removeMembers)(tx, groupId, accountIds)
  const entries = [...changed].map((accountId) => ({ accountId, groupId, name, origin }))
  await recordEventOfEach(tx, now, isMember ? 'group.member_added' : 'group.member_removed', entries)
  return changed
}
