import { recordEvent } from '../../audit/audit-store.ts'
import type { AuditOrigin } from '../../audit/events.ts'
import type { FieldFault } from '../../errors.ts'
import { findRights, setAccountPermissions } from '../../permissions/grant-store.ts'
import { findGroups } from '../../permissions/group-store.ts'
import { permissionFault } from '../../permissions/permission.ts'
import type { Queryable, Transaction } from '../../storage/prepared.ts'
import { setMembership } from './memberships.ts'

/** The rights that an account should have, instead of its current ones; undefined leaves them. */
export type Grants = {
  /** Ids of groups. */
  groups?: readonly number[] | undefined
  permissions?: readonly string[] | undefined
}

/**
 * The names that cannot be granted.
 *
 * @param field the name of the list in the request
 */
export function permissionFaults(field: string, names: readonly string[]): FieldFault[] {
  return names.flatMap((name, index) => {
    const fault = permissionFault(name)
    return fault === undefined ? [] : [{ field: `${field}/${index}`, fault }]
  })
}

/** The faults of grants: unknown groups, and names that cannot be granted. */
export async function grantFaults(db: Queryable, { groups = [], permissions = [] }: Grants): Promise<FieldFault[]> {
  const there = new Set((await findGroups(db, groups)).map(({ id }) => id))
  const missing = groups.flatMap((id, index) =>
    there.has(id) ? [] : [{ field: `groups/${index}`, fault: 'unknown_group' }],
  )
  return [...missing, ...permissionFaults('user_permissions', permissions)]
}

/** Whether the account already has exactly these grants. */
export async function hasGrants(db: Queryable, accountId: number, { groups, permissions }: Grants): Promise<boolean> {
  const rights = await findRights(db, accountId)
  const held = rights.groups.map(({ id }) => id)
  return isSameSet(groups ?? held, held) && isSameSet(permissions ?? rights.ownPermissions, rights.ownPermissions)
}

/** Replaces an account's grants and records the changes. The grants must be valid. */
export async function grant(
  tx: Transaction,
  accountId: number,
  { groups, permissions }: Grants,
  origin: AuditOrigin,
  now: number,
): Promise<void> {
  if (groups !== undefined) await putIntoGroups(tx, accountId, new Set(groups), origin, now)
  if (permissions === undefined) return
  const { added, removed } = await setAccountPermissions(tx, accountId, permissions)
  if (added.length + removed.length === 0) return
  await recordEvent(tx, now, 'account.permissions_changed', { accountId, added, removed, origin })
}

async function putIntoGroups(
  tx: Transaction,
  accountId: number,
  wanted: ReadonlySet<number>,
  origin: AuditOrigin,
  now: number,
): Promise<void> {
  const { groups: held } = await findRights(tx, accountId)
  const accountIds = [accountId]
  for (const group of held.filter(({ id }) => !wanted.has(id))) {
    await setMembership(tx, { group, accountIds, isMember: false }, origin, now)
  }
  for (const group of await findGroups(tx, [...wanted])) {
    await setMembership(tx, { group, accountIds, isMember: true }, origin, now)
  }
}

function isSameSet<Item>(one: readonly Item[], other: readonly Item[]): boolean {
  return new Set(one).symmetricDifference(new Set(other)).size === 0
}
