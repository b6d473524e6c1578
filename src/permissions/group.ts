import { foldCase } from '../platform/text-folding.ts'
import { hasUnseen, type TextFault, textFaults } from '../platform/text-rules.ts'

/** A set of permissions for its member accounts. */
export type Group = {
  /** Stable, positive, never reused after a deletion. */
  id: number
  name: string
  description: string
  /** The permissions of its members, by name. */
  permissions: readonly string[]
  createdAt: number
}

/** A group, as accounts refer to it. */
export type GroupName = Pick<Group, 'id' | 'name'>

/** The rights of an account. */
export type HeldRights = {
  /** Its groups, by name. */
  groups: readonly GroupName[]
  /** Its own permissions. */
  ownPermissions: readonly string[]
  /** All its permissions: its own and those of its groups. */
  permissions: ReadonlySet<string>
}

/** The rights of an account, read together with it. */
export type JoinedRights = HeldRights & {
  /** Every permission that anybody has. Empty unless the account is a superuser, who has all of them. */
  granted: readonly string[]
}

/** The longest name, in code points. */
export const GROUP_NAME_LIMIT = 150
/** The longest description, in code points. */
export const GROUP_DESCRIPTION_LIMIT = 1_000
/** The most permissions that a group or an account can be given at once. */
export const PERMISSIONS_LIMIT = 500
/** The most groups that an account can be put into at once. */
export const GROUPS_LIMIT = 200

/** What can be wrong with the text of a group. */
type GroupFault = TextFault | { fault: 'invalid_name' } | { fault: 'name_taken' }

/** The faults of a group's name in its stored form. Spaces are allowed inside, but not around it. */
export function groupNameFaults(name: string): GroupFault[] {
  const faults: GroupFault[] = textFaults(name, GROUP_NAME_LIMIT)
  const isSeen = name !== '' && name === name.trim() && !hasUnseen(name)
  return isSeen || faults.length > 0 ? faults : [{ fault: 'invalid_name' }]
}

/** The form in which a name is stored: NFKC. */
export function normalizeGroupName(name: string): string {
  return name.normalize('NFKC')
}

/** The text under which a group's name is unique, regardless of case. */
export function groupNameKey(name: string): string {
  return normalizeGroupName(foldCase(normalizeGroupName(name)))
}
